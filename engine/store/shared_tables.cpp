#include "engine/store/shared_tables.h"

namespace rollover::store {

result<std::shared_ptr<shared_tables>> shared_tables::open(runtime& rt, const tables_place& place) {
    auto changing = open_tables(place);
    if (!changing) {
        return changing.error();
    }
    return std::shared_ptr<shared_tables>(new shared_tables(rt, place, std::move(*changing)));
}

result<std::unique_ptr<database>> shared_tables::for_reading() {
    if (is_in_memory()) {
        return part_of(*changing_);
    }
    return open_tables(place_);
}

}  // namespace rollover::store
