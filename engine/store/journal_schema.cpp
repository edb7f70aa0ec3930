#include "engine/store/journal_schema.h"

#include <fmt/format.h>

namespace rollover::store {

namespace {

constexpr std::int64_t schema_version = 2;

// A device stands in `claim` at most once per lab: the database itself refuses a double booking.
constexpr auto schema = R"sql(
CREATE TABLE activation (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    lab        TEXT NOT NULL,
    lab_file   TEXT NOT NULL,
    topology   TEXT NOT NULL,
    owner      TEXT NOT NULL,
    plan       TEXT NOT NULL,
    begun      INTEGER NOT NULL
) STRICT;
CREATE TABLE record (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    activation INTEGER NOT NULL REFERENCES activation (number),
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL
) STRICT;
CREATE INDEX record_by_activation ON record (activation, sequence);
CREATE TABLE claim (
    lab        TEXT NOT NULL,
    device     TEXT NOT NULL,
    activation INTEGER NOT NULL REFERENCES activation (number),
    PRIMARY KEY (lab, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
    lab        TEXT NOT NULL,
    device     TEXT NOT NULL,
    activation INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    why        TEXT NOT NULL,
    PRIMARY KEY (lab, device)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
)sql";

// How often each device was taken. Before this version that was not counted: what was touched was taken.
constexpr auto to_version_2 = R"sql(
CREATE TABLE wear (
    lab        TEXT NOT NULL,
    device     TEXT NOT NULL,
    uses       INTEGER NOT NULL,
    PRIMARY KEY (lab, device)
) STRICT, WITHOUT ROWID;
INSERT INTO wear (lab, device, uses)
    SELECT activation.lab, record.subject, COUNT(DISTINCT activation.number)
    FROM record JOIN activation ON activation.number = record.activation
    WHERE record.kind = 'touching' GROUP BY activation.lab, record.subject;
PRAGMA user_version = 2;
)sql";

}  // namespace

result<void> bring_up_to_date(database& db) {
    transaction all(db);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    statement version(db, "PRAGMA user_version");
    const auto row = version.step();
    if (!row) {
        return row.error();
    }
    const auto found = version.number(0);
    if (found > schema_version) {
        return failure(errc::store,
                       fmt::format("the state folder is of a newer rollover (version {}, this one knows {})", found,
                                   schema_version));
    }
    if (found == 0) {
        done = db.execute(schema);
        if (!done) {
            return done;
        }
    }
    if (found < schema_version) {
        done = db.execute(to_version_2);
        if (!done) {
            return done;
        }
    }
    return all.commit();
}

}  // namespace rollover::store
