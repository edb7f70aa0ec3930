#include "engine/store/tables_place.h"

#include "engine/store/postgres.h"
#include "engine/store/postgres_schema.h"
#include "engine/store/sqlite.h"
#include "engine/store/sqlite_schema.h"

namespace rollover::store {

result<std::unique_ptr<database>> open_tables(const tables_place& place) {
    auto db = place.url.empty() ? open_sqlite(place.file) : open_postgres(place.url, place.server);
    if (!db) {
        return db.error();
    }
    const auto ready = place.url.empty() ? bring_sqlite_up_to_date(**db, place.file) : bring_postgres_up_to_date(**db);
    if (!ready) {
        return ready.error();
    }
    return db;
}

}  // namespace rollover::store
