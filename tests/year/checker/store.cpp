#include "tests/year/checker/store.h"

#include <sqlite3.h>
#include <stdexcept>

namespace checker {

/// One run of one statement; it is prepared once.
class store::rows {
public:
    rows(store& in, const char* sql) {
        auto& kept = in.prepared_[sql];
        if (kept == nullptr && sqlite3_prepare_v2(in.db_, sql, -1, &kept, nullptr) != SQLITE_OK) {
            throw std::runtime_error(std::string("the checker cannot read the journal: ") + sqlite3_errmsg(in.db_));
        }
        statement_ = kept;
    }
    ~rows() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    rows(const rows&) = delete;
    rows& operator=(const rows&) = delete;

    rows& with(std::int64_t value) {
        sqlite3_bind_int64(statement_, 1, value);
        return *this;
    }
    bool next() {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            throw std::runtime_error("the checker cannot read the journal: " + std::to_string(code));
        }
        return code == SQLITE_ROW;
    }
    std::string text(int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return bytes == nullptr ? "" : bytes;
    }
    std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }

private:
    sqlite3_stmt* statement_ = nullptr;
};

namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;

/// {"mark":"17"}, wherever it stands.
std::uint32_t mark_in(const std::string& arguments) {
    const auto at = arguments.find("\"mark\":\"");
    return at == std::string::npos ? 0 : static_cast<std::uint32_t>(std::stoul(arguments.substr(at + 8)));
}

}  // namespace

std::string name_of_reservation(std::int64_t number) {
    return "r" + std::to_string(number);
}

store::store(const std::string& file) {
    if (sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, "unix") != SQLITE_OK) {
        throw std::runtime_error("the checker cannot open " + file);
    }
    sqlite3_busy_timeout(db_, 1000);
}

store::~store() {
    for (const auto& [sql, statement] : prepared_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(db_);
}

std::vector<record> store::records_after(std::int64_t sequence) {
    std::vector<record> out;
    rows r(*this, "SELECT sequence, activation, kind FROM record WHERE sequence > ? ORDER BY sequence");
    for (r.with(sequence); r.next();) {
        out.push_back({r.number(0), r.number(1), r.text(2)});
    }
    return out;
}

std::vector<std::string> store::claimed_by(std::int64_t activation) {
    std::vector<std::string> out;
    rows r(*this, "SELECT device FROM claim WHERE activation = ?");
    for (r.with(activation); r.next();) {
        out.push_back(r.text(0));
    }
    return out;
}

std::vector<std::string> store::touched_by(std::int64_t activation) {
    std::vector<std::string> out;
    rows r(*this, "SELECT DISTINCT subject FROM record WHERE activation = ? AND kind = 'touching'");
    for (r.with(activation); r.next();) {
        out.push_back(r.text(0));
    }
    return out;
}

std::string store::history(std::int64_t activation, const std::string& device) {
    std::string out;
    rows r(*this, "SELECT at, kind, subject, text FROM record WHERE activation = ? ORDER BY sequence");
    for (r.with(activation); r.next();) {
        if (r.text(2).empty() || r.text(2) == device) {
            out += "\n    " + std::to_string(r.number(0) / nanoseconds) + " " + r.text(1) + " " + r.text(2) + " ";
            out += r.text(3).substr(0, r.text(3).find('\n'));
        }
    }
    return out;
}

std::string store::trail(const std::string& reservation) {
    std::string out;
    rows r(*this, "SELECT at, who, what, subject, text FROM entry WHERE reservation = ? ORDER BY number");
    for (r.with(std::stoll(reservation.substr(1))); r.next();) {
        out += "\n    " + std::to_string(r.number(0) / nanoseconds) + " " + r.text(1) + ": " + r.text(2) + " ";
        out += r.text(3) + " " + r.text(4).substr(0, r.text(4).find('\n'));
    }
    return out;
}

std::string store::reservation_of(std::int64_t activation) {
    rows r(*this, "SELECT reservation FROM activation WHERE number = ?");
    return r.with(activation).next() && r.number(0) != 0 ? name_of_reservation(r.number(0)) : "";
}

std::uint32_t store::mark_of(std::int64_t activation) {
    rows r(*this,
           "SELECT r.arguments FROM activation a JOIN reservation r ON r.number = a.reservation WHERE a.number = ?");
    return r.with(activation).next() ? mark_in(r.text(0)) : 0;
}

std::map<std::string, std::int64_t> store::claims() {
    std::map<std::string, std::int64_t> out;
    for (rows r(*this, "SELECT device, activation FROM claim"); r.next();) {
        out[r.text(0)] = r.number(1);
    }
    return out;
}

std::set<std::int64_t> store::activations_not_over() {
    std::set<std::int64_t> out;
    rows r(*this,
           "SELECT number FROM activation a WHERE NOT EXISTS"
           " (SELECT 1 FROM record WHERE activation = a.number AND kind = 'ended')");
    while (r.next()) {
        out.insert(r.number(0));
    }
    return out;
}

bool store::is_over(std::int64_t activation) {
    rows r(*this, "SELECT 1 FROM record WHERE activation = ? AND kind = 'ended'");
    return r.with(activation).next();
}

bool store::is_handed_over(std::int64_t activation) {
    rows r(*this,
           "SELECT SUM(kind = 'ready'), SUM(kind IN ('failed', 'deactivating', 'ended')) FROM record"
           " WHERE activation = ?");
    return r.with(activation).next() && r.number(0) > 0 && r.number(1) == 0;
}

std::vector<quarantine> store::in_quarantine() {
    std::vector<quarantine> out;
    for (rows r(*this, "SELECT device, since, why FROM quarantine"); r.next();) {
        out.push_back({r.text(0), r.number(1) / nanoseconds, r.text(2)});
    }
    return out;
}

std::vector<booking> store::bookings(seconds since) {
    std::vector<booking> out;
    rows r(*this, "SELECT device, begins, frees, reservation FROM booking WHERE lab = 'year' AND frees > ?");
    for (r.with(since); r.next();) {
        out.push_back({r.text(0), r.number(1), r.number(2), name_of_reservation(r.number(3))});
    }
    return out;
}

std::vector<std::string> store::devices_of(const std::string& reservation) {
    std::vector<std::string> out;
    rows r(*this, "SELECT DISTINCT device FROM booking WHERE reservation = ?");
    for (r.with(std::stoll(reservation.substr(1))); r.next();) {
        out.push_back(r.text(0));
    }
    return out;
}

std::vector<reservation> store::reservations() {
    std::vector<reservation> out;
    rows r(
        *this,
        "SELECT number, arguments, promised_from, promised_until, held_from, held_until, expected, stage, ready, over,"
        " why, (SELECT MAX(at) FROM entry WHERE reservation = r.number AND what = r.stage)"
        " FROM reservation r ORDER BY number");
    while (r.next()) {
        reservation one;
        one.id = name_of_reservation(r.number(0));
        one.mark = mark_in(r.text(1));
        one.promised_from = r.number(2);
        one.promised_until = r.number(3);
        one.held_from = r.number(4);
        one.held_until = r.number(5);
        one.expected = r.number(6);
        one.stage = r.text(7);
        one.ready = r.number(8);
        one.over = r.number(9) != 0 ? r.number(11) / nanoseconds : 0;
        one.why = r.text(10);
        out.push_back(std::move(one));
    }
    return out;
}

std::string store::integrity() {
    rows r(*this, "PRAGMA integrity_check");
    return r.next() ? r.text(0) : "no answer";
}

}  // namespace checker
