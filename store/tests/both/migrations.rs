//! A database goes up, down and up again.

use crate::harness::{Raw, on_both_empty};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use muniment_store::SchemaState;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn tables(raw: Raw) -> Vec<String> {
    let rows: Vec<Name> = match raw {
        Raw::Sqlite(mut sqlite) => sql_query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
        )
        .load(&mut sqlite)
        .unwrap(),
        Raw::Postgres(mut postgres) => sql_query(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        )
        .load(&mut postgres)
        .unwrap(),
    };
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn a_database_goes_up_down_and_up_again() {
    on_both_empty(|database| {
        assert_eq!(database.store.schema_state().unwrap(), SchemaState::Behind);
        let ran = database.store.migrate().unwrap();
        assert!(ran.0.first().is_some_and(|name| name.starts_with("0001")), "{ran:?}");
        assert_eq!(database.store.schema_state().unwrap(), SchemaState::Current);
        let up = tables(database.raw());
        assert!(up.contains(&"holdings".to_owned()), "{up:?}");

        assert_eq!(database.store.revert_all().unwrap().0.len(), ran.0.len());
        assert_eq!(tables(database.raw()), ["__diesel_schema_migrations"]);
        assert_eq!(database.store.schema_state().unwrap(), SchemaState::Behind);

        assert_eq!(database.store.migrate().unwrap(), ran);
        assert_eq!(tables(database.raw()), up);
    });
}

#[test]
fn migrating_a_current_database_does_nothing() {
    on_both_empty(|database| {
        database.store.migrate().unwrap();
        assert_eq!(database.store.migrate().unwrap().0, Vec::<String>::new());
    });
}

#[test]
fn replicas_that_start_together_migrate_once() {
    on_both_empty(|database| {
        let ran: usize = std::thread::scope(|scope| {
            let replicas: Vec<_> =
                (0..4).map(|_| scope.spawn(|| database.store.migrate().unwrap().0.len())).collect();
            replicas.into_iter().map(|replica| replica.join().unwrap()).sum()
        });
        assert_eq!(database.store.schema_state().unwrap(), SchemaState::Current);
        database.store.revert_all().unwrap();
        assert_eq!(ran, database.store.migrate().unwrap().0.len(), "each migration ran in one replica");
    });
}
