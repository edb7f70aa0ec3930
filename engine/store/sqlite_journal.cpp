#include "engine/store/sqlite_journal.h"

#include "engine/store/journal_schema.h"
#include "engine/store/sqlite.h"

#include <fmt/format.h>
#include <mutex>

namespace rollover::store {

using activation::beginning;
using activation::record;
using activation::record_kind;
using activation::summary;

namespace {

std::int64_t nanoseconds(wall_time t) {
    return t.time_since_epoch().count();
}

wall_time wall_from(std::int64_t n) {
    return wall_time(duration(n));
}

std::string id_of(std::int64_t number) {
    return "a" + std::to_string(number);
}

/// The number in "a17"; nothing for another form.
std::optional<std::int64_t> number_of(std::string_view id) {
    if (id.size() < 2 || id.size() > 18 || id[0] != 'a' ||
        id.find_first_not_of("0123456789", 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return std::stoll(std::string(id.substr(1)));
}

failure no_such(const std::string& id) {
    return failure(errc::not_found, "there is no activation " + id).advise("rollover status lists them");
}

/// The blocking side: runs on a thread of the pool, one call at a time.
class blocking_journal {
public:
    explicit blocking_journal(std::unique_ptr<database> db) : db_(std::move(db)) {}

    result<std::string> begin(const beginning& what, wall_time now) {
        const std::lock_guard lock(one_at_a_time_);
        transaction all(*db_);
        auto done = all.begin();
        if (!done) {
            return done.error();
        }
        statement insert(*db_,
                         "INSERT INTO activation (lab, lab_file, topology, owner, plan, begun) VALUES (?,?,?,?,?,?)"
                         " RETURNING number");
        insert.bind(1, what.lab).bind(2, what.lab_file).bind(3, what.topology).bind(4, what.owner).bind(5, what.plan);
        insert.bind(6, nanoseconds(now));
        const auto row = insert.step();
        if (!row) {
            return row.error();
        }
        const auto number = insert.number(0);
        for (const auto& device : what.devices) {
            done = claim(what.lab, device, number);
            if (!done) {
                return done.error();
            }
        }
        done = insert_record({record_kind::begun, id_of(number), "", what.topology, now}, number);
        if (done) {
            done = insert.run();
        }
        if (done) {
            done = all.commit();
        }
        if (!done) {
            return done.error();
        }
        return id_of(number);
    }

    result<void> append(const record& what) {
        const std::lock_guard lock(one_at_a_time_);
        const auto number = number_of(what.activation);
        if (!number) {
            return no_such(what.activation);
        }
        transaction all(*db_);
        auto done = all.begin();
        if (done) {
            done = insert_record(what, *number);
        }
        if (done) {
            done = follow_up(what, *number);
        }
        if (done) {
            done = all.commit();
        }
        return done;
    }

    result<std::vector<record>> read(const std::string& id) {
        const std::lock_guard lock(one_at_a_time_);
        std::vector<record> out;
        statement rows(*db_, "SELECT kind, subject, text, at FROM record WHERE activation = ? ORDER BY sequence");
        rows.bind(1, number_of(id).value_or(0));
        for (;;) {
            const auto row = rows.step();
            if (!row) {
                return row.error();
            }
            if (!*row) {
                break;
            }
            const auto kind = activation::record_kind_of(rows.text(0)).value_or(record_kind::note);
            out.push_back({kind, id, rows.text(1), rows.text(2), wall_from(rows.number(3))});
        }
        if (out.empty()) {
            return no_such(id);
        }
        return out;
    }

    result<std::vector<summary>> list(std::optional<std::int64_t> only) {
        const std::lock_guard lock(one_at_a_time_);
        std::vector<summary> out;
        statement rows(*db_,
                       "SELECT number, lab, lab_file, topology, owner, plan, begun FROM activation"
                       " WHERE ?1 = 0 OR number = ?1 ORDER BY number");
        rows.bind(1, only.value_or(0));
        for (;;) {
            const auto row = rows.step();
            if (!row) {
                return row.error();
            }
            if (!*row) {
                return out;
            }
            out.push_back({id_of(rows.number(0)), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5),
                           wall_from(rows.number(6))});
        }
    }

    result<activation::holds> unavailable(const std::string& lab) {
        const std::lock_guard lock(one_at_a_time_);
        activation::holds out;
        statement rows(*db_,
                       "SELECT device, activation, 0, '' FROM claim WHERE lab = ?1"
                       " UNION ALL SELECT device, activation, 1, why FROM quarantine WHERE lab = ?1");
        rows.bind(1, lab);
        for (;;) {
            const auto row = rows.step();
            if (!row) {
                return row.error();
            }
            if (!*row) {
                return out;
            }
            out[rows.text(0)] = {id_of(rows.number(1)), rows.number(2) != 0, rows.text(3)};
        }
    }

    result<activation::use_counts> uses(const std::string& lab) {
        const std::lock_guard lock(one_at_a_time_);
        activation::use_counts out;
        statement rows(*db_, "SELECT device, uses FROM wear WHERE lab = ?");
        rows.bind(1, lab);
        for (;;) {
            const auto row = rows.step();
            if (!row) {
                return row.error();
            }
            if (!*row) {
                return out;
            }
            out[rows.text(0)] = static_cast<std::uint64_t>(rows.number(1));
        }
    }

    result<void> release(const std::string& lab, const std::string& device, wall_time now) {
        const std::lock_guard lock(one_at_a_time_);
        transaction all(*db_);
        auto done = all.begin();
        if (!done) {
            return done;
        }
        statement remove(*db_, "DELETE FROM quarantine WHERE lab = ? AND device = ? RETURNING activation");
        remove.bind(1, lab).bind(2, device);
        const auto row = remove.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return failure(errc::not_found, "device " + device + " of lab " + lab + " is not in quarantine")
                .advise("rollover status lists what is");
        }
        const auto number = remove.number(0);
        done = remove.run();
        if (done) {
            done = insert_record({record_kind::released, id_of(number), device, "", now}, number);
        }
        if (done) {
            done = all.commit();
        }
        return done;
    }

private:
    result<void> claim(const std::string& lab, const std::string& device, std::int64_t number) {
        statement held(*db_, "SELECT activation FROM claim WHERE lab = ? AND device = ?");
        const auto busy = held.bind(1, lab).bind(2, device).step();
        if (!busy) {
            return busy.error();
        }
        if (*busy) {
            return failure(errc::busy, "device " + device + " is in activation " + id_of(held.number(0)));
        }
        statement set_aside(*db_, "SELECT 1 FROM quarantine WHERE lab = ? AND device = ?");
        const auto dirty = set_aside.bind(1, lab).bind(2, device).step();
        if (!dirty) {
            return dirty.error();
        }
        if (*dirty) {
            return failure(errc::busy, "device " + device + " is in quarantine");
        }
        statement insert(*db_, "INSERT INTO claim (lab, device, activation) VALUES (?,?,?)");
        auto done = insert.bind(1, lab).bind(2, device).bind(3, number).run();
        if (!done) {
            return done;
        }
        statement wear(*db_,
                       "INSERT INTO wear (lab, device, uses) VALUES (?,?,1)"
                       " ON CONFLICT (lab, device) DO UPDATE SET uses = uses + 1");
        return wear.bind(1, lab).bind(2, device).run();
    }

    result<void> insert_record(const record& what, std::int64_t number) {
        statement insert(*db_, "INSERT INTO record (activation, at, kind, subject, text) VALUES (?,?,?,?,?)");
        insert.bind(1, number).bind(2, nanoseconds(what.when)).bind(3, activation::name_of(what.kind));
        return insert.bind(4, what.subject).bind(5, what.text).run();
    }

    /// What a record means for claims and quarantine, in the same transaction.
    result<void> follow_up(const record& what, std::int64_t number) {
        result<void> done;
        if (what.kind == record_kind::quarantined) {
            statement insert(*db_,
                             "INSERT OR REPLACE INTO quarantine (lab, device, activation, since, why)"
                             " SELECT lab, ?1, number, ?2, ?3 FROM activation WHERE number = ?4");
            insert.bind(1, what.subject).bind(2, nanoseconds(what.when)).bind(3, what.text).bind(4, number);
            done = insert.run();
        }
        if (what.kind == record_kind::clean) {
            statement remove(*db_, "DELETE FROM quarantine WHERE activation = ? AND device = ?");
            done = remove.bind(1, number).bind(2, what.subject).run();
        }
        // Not before: while a join stands, a device that is clean would carry the next user's packets into this one's.
        if (done && what.kind == record_kind::ended) {
            statement free(*db_, "DELETE FROM claim WHERE activation = ?");
            done = free.bind(1, number).run();
        }
        return done;
    }

    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
};

/// The runtime's side: hands every call to the pool.
class sqlite_journal final : public activation::journal {
public:
    sqlite_journal(runtime& rt, std::unique_ptr<database> db) : runtime_(rt), blocking_(std::move(db)) {}

    task<result<std::string>> begin(beginning what) override {
        result<std::string> out = failure();
        const auto now = runtime_.wall_now();
        std::function<void()> work = [this, &out, &what, now] { out = blocking_.begin(what, now); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<void>> append(record what) override {
        result<void> out = failure();
        what.when = runtime_.wall_now();
        std::function<void()> work = [this, &out, &what] { out = blocking_.append(what); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<std::vector<record>>> read(std::string id) override {
        result<std::vector<record>> out = failure();
        std::function<void()> work = [this, &out, &id] { out = blocking_.read(id); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<summary>> find(std::string id) override {
        const auto number = number_of(id);
        result<std::vector<summary>> found = failure();
        if (number) {
            std::function<void()> work = [this, &found, &number] { found = blocking_.list(number); };
            co_await runtime_.offload(std::move(work));
        }
        if (!number || (found && found->empty())) {
            co_return no_such(id);
        }
        if (!found) {
            co_return found.error();
        }
        co_return found->front();
    }

    task<result<std::vector<summary>>> list() override {
        result<std::vector<summary>> out = failure();
        std::function<void()> work = [this, &out] { out = blocking_.list(std::nullopt); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<activation::holds>> unavailable(std::string lab) override {
        result<activation::holds> out = failure();
        std::function<void()> work = [this, &out, &lab] { out = blocking_.unavailable(lab); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<activation::use_counts>> uses(std::string lab) override {
        result<activation::use_counts> out = failure();
        std::function<void()> work = [this, &out, &lab] { out = blocking_.uses(lab); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

    task<result<void>> release(std::string lab, std::string device) override {
        result<void> out = failure();
        const auto now = runtime_.wall_now();
        std::function<void()> work = [this, &out, &lab, &device, now] { out = blocking_.release(lab, device, now); };
        co_await runtime_.offload(std::move(work));
        co_return out;
    }

private:
    runtime& runtime_;
    blocking_journal blocking_;
};

}  // namespace

result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const std::filesystem::path& file) {
    auto db = database::open(file);
    if (!db) {
        return db.error();
    }
    auto ready = bring_up_to_date(**db);
    if (!ready) {
        return ready.error();
    }
    return std::unique_ptr<activation::journal>(std::make_unique<sqlite_journal>(rt, std::move(*db)));
}

}  // namespace rollover::store
