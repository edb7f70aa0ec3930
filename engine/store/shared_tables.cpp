#include "engine/store/shared_tables.h"

namespace rollover::store {

shared_tables::shared_tables(runtime& rt, tables_place place, std::unique_ptr<database> deciding,
                             std::unique_ptr<database> appending)
    : rt_(rt), place_(std::move(place)), deciding_(rt, std::move(deciding), changes::decided) {
    if (appending) {
        appending_ = std::make_unique<writer>(rt, std::move(appending), changes::appended);
    }
}

result<std::shared_ptr<shared_tables>> shared_tables::open(runtime& rt, const tables_place& place) {
    auto deciding = open_tables(place);
    if (!deciding) {
        return deciding.error();
    }
    std::unique_ptr<database> appending;
    if (!place.url.empty()) {
        auto second = open_tables(place);
        if (!second) {
            return second.error();
        }
        appending = std::move(*second);
    }
    return std::shared_ptr<shared_tables>(new shared_tables(rt, place, std::move(*deciding), std::move(appending)));
}

result<std::unique_ptr<database>> shared_tables::for_reading() {
    if (is_in_memory()) {
        return deciding_.part();
    }
    return open_tables(place_);
}

}  // namespace rollover::store
