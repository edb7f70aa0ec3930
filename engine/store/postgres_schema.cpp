#include "engine/store/postgres_schema.h"

#include <array>
#include <fmt/format.h>

namespace rollover::store {

namespace {

// The tables are those of sqlite_schema.cpp, where they are explained; texts sort by their bytes there too.
// What keeps a device out of two reservations at once is the exclusion constraint: no two rows of one device whose
// ranges of seconds overlap.
constexpr auto version_1 = R"sql(
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE activation (
    number      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lab         TEXT COLLATE "C" NOT NULL,
    lab_file    TEXT NOT NULL,
    topology    TEXT NOT NULL,
    owner       TEXT NOT NULL,
    plan        TEXT NOT NULL,
    begun       BIGINT NOT NULL,
    reservation BIGINT NOT NULL DEFAULT 0,
    pod         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX activation_by_reservation ON activation (reservation, pod, number) WHERE reservation > 0;
CREATE TABLE record (
    sequence    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activation  BIGINT NOT NULL REFERENCES activation (number),
    at          BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL
);
CREATE INDEX record_by_activation ON record (activation, sequence);
CREATE TABLE claim (
    lab         TEXT COLLATE "C" NOT NULL,
    device      TEXT COLLATE "C" NOT NULL,
    activation  BIGINT NOT NULL REFERENCES activation (number),
    until       BIGINT NOT NULL DEFAULT 9223372036854775807,
    PRIMARY KEY (lab, device)
);
CREATE TABLE quarantine (
    lab         TEXT COLLATE "C" NOT NULL,
    device      TEXT COLLATE "C" NOT NULL,
    activation  BIGINT NOT NULL,
    since       BIGINT NOT NULL,
    why         TEXT NOT NULL,
    PRIMARY KEY (lab, device)
);
CREATE TABLE wear (
    lab         TEXT COLLATE "C" NOT NULL,
    device      TEXT COLLATE "C" NOT NULL,
    uses        BIGINT NOT NULL,
    PRIMARY KEY (lab, device)
);
CREATE TABLE reservation (
    number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lab            TEXT COLLATE "C" NOT NULL,
    topology       TEXT NOT NULL,
    source         TEXT NOT NULL,
    file           TEXT NOT NULL,
    arguments      TEXT NOT NULL,
    owner          TEXT COLLATE "C" NOT NULL,
    promised_from  BIGINT NOT NULL,
    promised_until BIGINT NOT NULL,
    held_from      BIGINT NOT NULL,
    held_until     BIGINT NOT NULL,
    expected       BIGINT NOT NULL,
    stage          TEXT NOT NULL,
    over           BIGINT NOT NULL DEFAULT 0,
    why            TEXT NOT NULL DEFAULT '',
    made           BIGINT NOT NULL,
    ready          BIGINT NOT NULL DEFAULT 0,
    via            TEXT NOT NULL DEFAULT '',
    policy         TEXT NOT NULL DEFAULT 'strict',
    CHECK (promised_from < promised_until AND held_from < held_until)
);
CREATE INDEX reservation_open ON reservation (lab, held_from) WHERE over = 0;
CREATE INDEX reservation_by_start ON reservation (lab, promised_from);
CREATE TABLE pod (
    reservation    BIGINT NOT NULL REFERENCES reservation (number),
    number         BIGINT NOT NULL,
    placement      TEXT NOT NULL,
    PRIMARY KEY (reservation, number)
);
CREATE TABLE booking (
    lab            TEXT COLLATE "C" NOT NULL,
    device         TEXT COLLATE "C" NOT NULL,
    begins         BIGINT NOT NULL,
    frees          BIGINT NOT NULL,
    reservation    BIGINT NOT NULL,
    pod            BIGINT NOT NULL,
    FOREIGN KEY (reservation, pod) REFERENCES pod (reservation, number),
    CHECK (begins < frees),
    CONSTRAINT booking_never_overlaps
        EXCLUDE USING gist (lab WITH =, device WITH =, int8range(begins, frees) WITH &&)
);
CREATE INDEX booking_by_device ON booking (lab, device, begins);
CREATE INDEX booking_by_reservation ON booking (reservation, pod);
CREATE INDEX booking_by_end ON booking (lab, frees);
CREATE TABLE measured (
    lab            TEXT COLLATE "C" NOT NULL,
    key            TEXT COLLATE "C" NOT NULL,
    count          BIGINT NOT NULL,
    mean           BIGINT NOT NULL,
    deviation      BIGINT NOT NULL,
    PRIMARY KEY (lab, key)
);
CREATE TABLE entry (
    number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             BIGINT NOT NULL,
    who            TEXT NOT NULL,
    what           TEXT NOT NULL,
    reservation    BIGINT NOT NULL,
    subject        TEXT NOT NULL,
    text           TEXT NOT NULL,
    token          TEXT NOT NULL DEFAULT '',
    peer           TEXT NOT NULL DEFAULT ''
);
CREATE TABLE person (
    name           TEXT COLLATE "C" PRIMARY KEY,
    may            TEXT NOT NULL,
    made           BIGINT NOT NULL
);
CREATE TABLE token (
    number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person         TEXT COLLATE "C" NOT NULL REFERENCES person (name),
    digest         TEXT NOT NULL,
    made           BIGINT NOT NULL,
    used           BIGINT NOT NULL DEFAULT 0,
    expires        BIGINT NOT NULL
);
CREATE INDEX token_by_person ON token (person);
CREATE INDEX entry_by_reservation ON entry (reservation, number);
)sql";

// Several services on one database. A server is one run of one service: its number is what fences it, because a service
// that slept over its end goes on only under a new one. What it works on names it; nobody writes into the journal of a
// reservation whose work is another's. Times here are the database's own.
constexpr auto servers = R"sql(
CREATE TABLE server (
    number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           TEXT NOT NULL,
    sites          TEXT NOT NULL,
    since          TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    until          TIMESTAMPTZ NOT NULL,
    gone           BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE work (
    reservation    BIGINT PRIMARY KEY REFERENCES reservation (number),
    server         BIGINT NOT NULL REFERENCES server (number)
);
CREATE INDEX work_by_server ON work (server);
CREATE FUNCTION only_who_works_on_it_writes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_reservation BIGINT;
BEGIN
    -- What was handed to another scheduler (rollover schedule --via) is not worked on by a service.
    SELECT r.number INTO of_reservation FROM activation a JOIN reservation r ON r.number = a.reservation
        WHERE a.number = NEW.activation AND r.via = '';
    IF of_reservation > 0 THEN
        PERFORM 1 FROM work WHERE reservation = of_reservation
            AND server = nullif(current_setting('rollover.server', true), '')::BIGINT FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'another service works on reservation r%', of_reservation USING ERRCODE = '55006';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_who_works_on_it_writes BEFORE INSERT ON record
    FOR EACH ROW EXECUTE FUNCTION only_who_works_on_it_writes();
CREATE FUNCTION tell_that_it_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('rollover', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_that_it_changed AFTER INSERT ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION tell_that_it_changed();
)sql";

// Parts of a reservation, each worked on at its own site; site '' is all of it. What fences the journal fences what a
// part says of itself.
constexpr auto parts = R"sql(
ALTER TABLE activation ADD COLUMN site TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE TABLE part (
    reservation    BIGINT NOT NULL REFERENCES reservation (number),
    pod            BIGINT NOT NULL,
    site           TEXT COLLATE "C" NOT NULL,
    stage          TEXT NOT NULL,
    why            TEXT NOT NULL,
    over           BIGINT NOT NULL,
    PRIMARY KEY (reservation, pod, site)
);
ALTER TABLE work ADD COLUMN site TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE work DROP CONSTRAINT work_pkey, ADD PRIMARY KEY (reservation, site);
CREATE FUNCTION is_worked_on_here(of_reservation BIGINT, at_site TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM work WHERE reservation = of_reservation AND site = at_site
        AND server = nullif(current_setting('rollover.server', true), '')::BIGINT FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another service works on reservation r%', of_reservation USING ERRCODE = '55006';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION only_who_works_on_it_writes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_reservation BIGINT;
    at_site TEXT;
BEGIN
    -- What was handed to another scheduler (rollover schedule --via) is not worked on by a service.
    SELECT r.number, a.site INTO of_reservation, at_site
        FROM activation a JOIN reservation r ON r.number = a.reservation
        WHERE a.number = NEW.activation AND r.via = '';
    IF of_reservation > 0 THEN
        PERFORM is_worked_on_here(of_reservation, at_site);
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION only_who_works_on_it_says_so() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM is_worked_on_here(NEW.reservation, NEW.site);
    RETURN NEW;
END $$;
CREATE TRIGGER only_who_works_on_it_says_so BEFORE INSERT OR UPDATE ON part
    FOR EACH ROW EXECUTE FUNCTION only_who_works_on_it_says_so();
)sql";

result<std::int64_t> version_of_tables(database& db) {
    statement there(db, "SELECT to_regclass('rollover_version') IS NOT NULL");
    auto row = there.step();
    if (!row) {
        return row.error();
    }
    if (there.text(0) != "t") {
        return 0;
    }
    statement version(db, "SELECT version FROM rollover_version");
    row = version.step();
    if (!row) {
        return row.error();
    }
    return *row ? version.number(0) : 0;
}

}  // namespace

result<void> bring_postgres_up_to_date(database& db) {
    constexpr std::array steps{version_1, servers, parts};
    constexpr auto known = static_cast<std::int64_t>(steps.size());
    const auto before = version_of_tables(db);
    if (before && *before == known) {
        return {};  // without waiting for those who write
    }
    transaction all(db);
    auto done = all.begin();
    if (!done) {
        return done;
    }
    const auto found = version_of_tables(db);
    if (!found) {
        return found.error();
    }
    if (*found > known) {
        return failure(
            errc::store,
            fmt::format("the state database is of a newer rollover (version {}, this one knows {})", *found, known));
    }
    if (*found == known) {
        return {};
    }
    for (auto next = static_cast<std::size_t>(*found); done && next < steps.size(); ++next) {
        done = db.execute(steps[next]);
    }
    if (done) {
        done =
            db.execute(fmt::format("CREATE TABLE IF NOT EXISTS rollover_version (version BIGINT NOT NULL);"
                                   " DELETE FROM rollover_version; INSERT INTO rollover_version VALUES ({})",
                                   known));
    }
    if (done) {
        done = all.commit();
    }
    return done;
}

}  // namespace rollover::store
