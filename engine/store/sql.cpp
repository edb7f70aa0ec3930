#include "engine/store/sql.h"

namespace rollover::store {

result<void> statement::run() {
    return each([] {});
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
