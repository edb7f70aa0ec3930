#include "engine/store/sqlite_schema.h"

#include <array>
#include <fmt/format.h>

namespace rollover::store {

namespace {

constexpr std::int64_t schema_version = 7;

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

// Reservations. Times in seconds since 1970 in UTC, windows half-open; "for ever" is the largest number.
// The triggers are what keeps a device out of two reservations at once. As nothing overlaps, of all that begins before
// the new window ends the last one to begin is the last one to end: one look into the index decides.
constexpr auto to_version_3 = R"sql(
ALTER TABLE activation ADD COLUMN reservation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activation ADD COLUMN pod INTEGER NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN until INTEGER NOT NULL DEFAULT 9223372036854775807;
CREATE INDEX activation_by_reservation ON activation (reservation, pod, number) WHERE reservation > 0;
CREATE TABLE reservation (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    lab            TEXT NOT NULL,
    topology       TEXT NOT NULL,
    source         TEXT NOT NULL,
    file           TEXT NOT NULL,
    arguments      TEXT NOT NULL,
    owner          TEXT NOT NULL,
    promised_from  INTEGER NOT NULL,
    promised_until INTEGER NOT NULL,
    held_from      INTEGER NOT NULL,
    held_until     INTEGER NOT NULL,
    expected       INTEGER NOT NULL,
    stage          TEXT NOT NULL,
    over           INTEGER NOT NULL DEFAULT 0,
    why            TEXT NOT NULL DEFAULT '',
    made           INTEGER NOT NULL,
    ready          INTEGER NOT NULL DEFAULT 0,
    CHECK (promised_from < promised_until AND held_from < held_until)
) STRICT;
CREATE INDEX reservation_open ON reservation (lab, held_from) WHERE over = 0;
CREATE INDEX reservation_by_start ON reservation (lab, promised_from);
CREATE TABLE pod (
    reservation    INTEGER NOT NULL REFERENCES reservation (number),
    number         INTEGER NOT NULL,
    placement      TEXT NOT NULL,
    PRIMARY KEY (reservation, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE booking (
    lab            TEXT NOT NULL,
    device         TEXT NOT NULL,
    begins         INTEGER NOT NULL,
    frees          INTEGER NOT NULL,
    reservation    INTEGER NOT NULL,
    pod            INTEGER NOT NULL,
    PRIMARY KEY (lab, device, begins),
    FOREIGN KEY (reservation, pod) REFERENCES pod (reservation, number),
    CHECK (begins < frees)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_by_reservation ON booking (reservation, pod);
CREATE INDEX booking_by_end ON booking (lab, frees);
CREATE TRIGGER booking_never_overlaps BEFORE INSERT ON booking
WHEN NEW.begins < (SELECT frees FROM booking WHERE lab = NEW.lab AND device = NEW.device AND begins < NEW.frees
                   ORDER BY begins DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'the device is in another reservation then'); END;
CREATE TRIGGER booking_never_moves_onto_another BEFORE UPDATE OF lab, device, begins, frees ON booking
WHEN NEW.begins < (SELECT frees FROM booking WHERE lab = NEW.lab AND device = NEW.device AND begins < NEW.frees
                   AND NOT (lab = OLD.lab AND device = OLD.device AND begins = OLD.begins)
                   ORDER BY begins DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'the device is in another reservation then'); END;
CREATE TABLE measured (
    lab            TEXT NOT NULL,
    key            TEXT NOT NULL,
    count          INTEGER NOT NULL,
    mean           INTEGER NOT NULL,
    deviation      INTEGER NOT NULL,
    PRIMARY KEY (lab, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    at             INTEGER NOT NULL,
    who            TEXT NOT NULL,
    what           TEXT NOT NULL,
    reservation    INTEGER NOT NULL,
    subject        TEXT NOT NULL,
    text           TEXT NOT NULL
) STRICT;
CREATE INDEX entry_by_reservation ON entry (reservation, number);
PRAGMA user_version = 3;
)sql";

// Who attends to a reservation.
constexpr auto to_version_4 = R"sql(
ALTER TABLE reservation ADD COLUMN via TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 4;
)sql";

// Users and their tokens, of which only the digest is kept; numbers are never given again. Who did something is known
// by name, token and address.
constexpr auto to_version_5 = R"sql(
CREATE TABLE person (
    name           TEXT NOT NULL PRIMARY KEY,
    may            TEXT NOT NULL,
    made           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE token (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    person         TEXT NOT NULL REFERENCES person (name),
    digest         TEXT NOT NULL,
    made           INTEGER NOT NULL,
    used           INTEGER NOT NULL DEFAULT 0,
    expires        INTEGER NOT NULL
) STRICT;
CREATE INDEX token_by_person ON token (person);
ALTER TABLE entry ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN peer TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 5;
)sql";

// What happens when no other device is left for a node.
constexpr auto to_version_6 = R"sql(
ALTER TABLE reservation ADD COLUMN policy TEXT NOT NULL DEFAULT 'strict';
PRAGMA user_version = 6;
)sql";

// What several hosts do of one reservation, each at its own site: how far each part of a pod is, for the others to see.
constexpr auto to_version_7 = R"sql(
ALTER TABLE activation ADD COLUMN site TEXT NOT NULL DEFAULT '';
CREATE TABLE part (
    reservation    INTEGER NOT NULL REFERENCES reservation (number),
    pod            INTEGER NOT NULL,
    site           TEXT NOT NULL,
    stage          TEXT NOT NULL,
    why            TEXT NOT NULL,
    over           INTEGER NOT NULL,
    PRIMARY KEY (reservation, pod, site)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 7;
)sql";

/// The file as it was, beside it: STATE/journal.sqlite.version-2. Not in a transaction, as VACUUM wants it.
result<void> keep_a_copy(database& db, const std::filesystem::path& file, std::int64_t version) {
    const std::string copy = file.string() + ".version-" + std::to_string(version);
    std::error_code unknown;
    if (std::filesystem::exists(copy, unknown)) {
        return {};  // of a migration that was interrupted
    }
    statement into(db, "VACUUM INTO ?");
    return into.bind(1, copy).run();
}

result<std::int64_t> version_of(database& db) {
    statement version(db, "PRAGMA user_version");
    const auto row = version.step();
    if (!row) {
        return row.error();
    }
    return version.number(0);
}

}  // namespace

result<void> bring_sqlite_up_to_date(database& db, const std::filesystem::path& file) {
    const auto before = version_of(db);
    if (!before) {
        return before.error();
    }
    if (*before == schema_version) {
        return {};  // without waiting for those who write
    }
    if (*before > 0 && *before < schema_version) {
        auto copied = keep_a_copy(db, file, *before);
        if (!copied) {
            return copied;
        }
    }
    transaction all(db);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    const auto found = version_of(db);
    if (!found) {
        return found.error();
    }
    if (*found > schema_version) {
        return failure(errc::store,
                       fmt::format("the state folder is of a newer rollover (version {}, this one knows {})", *found,
                                   schema_version));
    }
    constexpr std::array steps{schema,       to_version_2, to_version_3, to_version_4,
                               to_version_5, to_version_6, to_version_7};
    for (auto next = static_cast<std::size_t>(*found); next < steps.size(); ++next) {
        done = db.execute(steps[next]);
        if (!done) {
            return done;
        }
    }
    return all.commit();
}

}  // namespace rollover::store
