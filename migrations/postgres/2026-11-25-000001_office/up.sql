-- How the office presents itself: one row, once an administrator has set it.

CREATE TABLE office (
    id INTEGER NOT NULL CHECK (id = 1),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    hours TEXT NOT NULL,
    web TEXT NOT NULL,
    colour TEXT,
    default_language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    PRIMARY KEY (id)
);
