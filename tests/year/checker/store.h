// The journal's file as the checker reads it: SQL of its own, by SQLite's own functions.
#pragma once

#include "tests/year/checker/facts.h"

#include <set>

struct sqlite3;
struct sqlite3_stmt;

namespace checker {

struct reservation {
    std::string id;
    std::uint32_t mark = 0;
    seconds promised_from = 0, promised_until = 0, held_until = 0, held_from = 0, expected = 0;
    std::string stage;
    seconds ready = 0;  ///< 0: never
    seconds over = 0;   ///< when its last stage was written; 0: it is not over
    std::string why;
};

struct booking {
    std::string device;
    seconds begins = 0, frees = 0;
    std::string reservation;
};

struct record {
    std::int64_t sequence = 0;
    std::int64_t activation = 0;
    std::string kind;
};

struct quarantine {
    std::string device;
    seconds since = 0;
    std::string why;
};

class store {
public:
    explicit store(const std::string& file);
    ~store();
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    std::vector<record> records_after(std::int64_t sequence);
    std::vector<std::string> claimed_by(std::int64_t activation);
    std::vector<std::string> touched_by(std::int64_t activation);
    /// What the journal has about an activation, and a device where one is named: for people.
    std::string history(std::int64_t activation, const std::string& device);
    /// What the audit trail has about a reservation: for people.
    std::string trail(const std::string& reservation);
    std::string reservation_of(std::int64_t activation);
    std::uint32_t mark_of(std::int64_t activation);
    /// Devices that an activation has which is not over; by the activation's number.
    std::map<std::string, std::int64_t> claims();
    std::set<std::int64_t> activations_not_over();
    bool is_over(std::int64_t activation);
    /// Ready, and its way back has not begun.
    bool is_handed_over(std::int64_t activation);
    std::vector<quarantine> in_quarantine();
    /// Those that are not free again at `since`.
    std::vector<booking> bookings(seconds since);
    std::vector<std::string> devices_of(const std::string& reservation);
    std::vector<reservation> reservations();
    /// Whether the file is whole, in SQLite's own words; "ok".
    std::string integrity();

private:
    class rows;
    sqlite3* db_ = nullptr;
    std::map<const char*, sqlite3_stmt*> prepared_;
};

/// "r17" of 17.
std::string name_of_reservation(std::int64_t number);

}  // namespace checker
