#include "engine/store/opened_state.h"

#include "engine/store/sqlite_line_book.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"

namespace rollover::store {

result<opened_state> open_state(runtime& rt, const state_folder& folder) {
    auto tables = shared_tables::open(rt, folder.tables());
    if (!tables) {
        return tables.error();
    }
    auto calendar = open_calendar(*tables);
    auto journal = open_journal(*tables);
    auto lines = open_line_book(rt, folder.line_book_file());
    if (!calendar || !journal || !lines) {
        return !calendar ? calendar.error() : !journal ? journal.error() : lines.error();
    }
    return opened_state{std::move(*calendar), std::move(*journal), std::move(*lines)};
}

}  // namespace rollover::store
