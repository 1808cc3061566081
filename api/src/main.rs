//! The `muniment` program.

fn main() -> std::process::ExitCode {
    muniment::cli::run()
}
