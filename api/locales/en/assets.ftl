# Assets: imports, invoices, properties.
