// A state file of today made into one of an older version, as that version would have left it.
#pragma once

#include "engine/store/sqlite.h"

namespace rollover::store {

/// `version`: 1 or 2. Nobody else may have the file open.
inline result<void> make_older(const std::filesystem::path& file, int version) {
    auto db = open_sqlite(file);
    if (!db) {
        return db.error();
    }
    auto done = (*db)->execute(
        "DROP TABLE token; DROP TABLE person; DROP TABLE part; DROP TABLE booking; DROP TABLE pod; DROP TABLE "
        "reservation; DROP TABLE "
        "entry; DROP TABLE measured;"
        "DROP INDEX activation_by_reservation; ALTER TABLE activation DROP COLUMN reservation;"
        "ALTER TABLE activation DROP COLUMN site; ALTER TABLE activation DROP COLUMN pod; ALTER TABLE claim DROP "
        "COLUMN until; PRAGMA user_version = 2");
    if (done && version < 2) {
        done = (*db)->execute("DROP TABLE wear; PRAGMA user_version = 1");
    }
    return done;
}

}  // namespace rollover::store
