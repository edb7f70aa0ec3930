#include "engine/store/sql.h"

namespace rollover::store {

result<void> statement::run() {
    for (;;) {
        const auto more = step();
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return {};
        }
    }
}

result<void> transaction::begin(changes how) {
    auto begun = database_.begin(how);
    open_ = begun.has_value();
    return begun;
}

result<void> transaction::commit() {
    auto done = database_.commit();
    open_ = !done.has_value();
    return done;
}

transaction::~transaction() {
    if (open_) {
        database_.roll_back();
    }
}

}  // namespace rollover::store
