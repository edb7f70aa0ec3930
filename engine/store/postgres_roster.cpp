#include "engine/store/postgres_roster.h"

#include "engine/scheduler/parts.h"
#include "engine/store/ids.h"
#include "engine/store/on_pool.h"
#include "engine/store/postgres.h"
#include "engine/store/postgres_connection.h"

#include <fmt/format.h>
#include <map>
#include <mutex>

namespace rollover::store {

namespace {

using scheduler::work_part;

// Who has slept over its term is gone for good. The row is locked by its own renewal, so that one of the two comes
// first.
constexpr auto end_terms = "UPDATE server SET gone = 1 WHERE gone = 0 AND until < clock_timestamp()";

// Rows that somebody is changing are left to the next look. One row for each that works on a part of it, or one without
// a site and a worker.
constexpr auto who_works = R"sql(
SELECT number, coalesce(site, ''), CASE WHEN server IS NULL THEN 0 WHEN server <> ?1 AND gone = 0 THEN 2 ELSE 1 END,
    EXISTS (SELECT 1 FROM activation WHERE reservation = free.number AND reservation > 0)::INT
    FROM (SELECT number FROM reservation WHERE number = ANY (string_to_array(?2, ',')::BIGINT[]) AND over = ?3
              AND EXISTS (SELECT 1 FROM server WHERE server.number = ?1 AND server.gone = 0)
              FOR UPDATE OF reservation SKIP LOCKED) AS free
    LEFT JOIN (SELECT work.reservation, work.site, work.server, server.gone FROM work JOIN server
               ON server.number = work.server) AS at ON at.reservation = free.number
)sql";

// The sites with a "/" before each, because the whole has none.
constexpr auto take_work = R"sql(
INSERT INTO work (reservation, site, server)
    SELECT number, substr(site, 2), ?1
        FROM unnest(string_to_array(?2, ',')::BIGINT[], string_to_array(?3, chr(10))) AS mine (number, site)
    ON CONFLICT (reservation, site) DO UPDATE SET server = excluded.server
)sql";

// Whoever was to work on all of it has gone before he began.
constexpr auto forget_whole = R"sql(
DELETE FROM work WHERE site = '' AND reservation IN (
    SELECT number FROM unnest(string_to_array(?1, ',')::BIGINT[], string_to_array(?2, chr(10))) AS mine (number, site)
        WHERE mine.site <> '/')
)sql";

class postgres_roster final : public scheduler::roster {
public:
    postgres_roster(runtime& rt, tables_place place, std::unique_ptr<database> db, roster_options options)
        : rt_(rt), place_(std::move(place)), db_(std::move(db)), options_(std::move(options)), listening_(place_.url) {}

    task<result<bool>> renew() override {
        // The term counts from before the question: the database can only have begun it later.
        const time_point sent = rt_.now();
        std::function<result<std::int64_t>()> work = [this] { return sign_on(); };
        const auto number = co_await on_pool<result<std::int64_t>>(rt_, std::move(work));
        if (!number) {
            co_return number.error();
        }
        const bool same = *number == number_ || number_ == 0;
        number_ = *number;
        // Earlier than the database: two clocks differ within a term, and a segment may be on its way.
        valid_until_ = sent + options_.term - options_.term / 6;
        co_return same;
    }
    std::function<bool()> fence() const override {
        return [this, number = number_] { return number == number_ && rt_.now() < valid_until_; };
    }
    duration renew_every() const override { return options_.term / 6; }

    task<result<std::vector<work_part>>> take(std::vector<work_part> wanted) override {
        return on_pool<result<std::vector<work_part>>>(
            rt_, [this, wanted = std::move(wanted)] { return take_now(wanted, false); });
    }
    task<result<bool>> take_what_is_over(work_part what) override {
        return on_pool<result<bool>>(rt_, [this, what = std::move(what)]() -> result<bool> {
            const auto taken = take_now({what}, true);
            return taken ? result<bool>(!taken->empty()) : taken.error();
        });
    }
    task<result<void>> sign_off() override {
        valid_until_ = {};
        return on_pool<result<void>>(rt_, [this] {
            const std::lock_guard lock(one_at_a_time_);
            statement leave(*db_, "UPDATE server SET gone = 1 WHERE number = ?");
            return leave.bind(1, place_.server->load()).run();
        });
    }
    task<void> watch(std::function<void()> changed) override;

private:
    result<std::int64_t> sign_on() {
        const std::lock_guard lock(one_at_a_time_);
        const auto term = std::chrono::ceil<std::chrono::milliseconds>(options_.term).count();
        statement stay(*db_,
                       "UPDATE server SET until = clock_timestamp() + ?1 * INTERVAL '1 millisecond' WHERE number = ?2"
                       " AND gone = 0 AND until > clock_timestamp() RETURNING number");
        auto row = stay.bind(1, term).bind(2, place_.server->load()).step();
        if (row && *row) {
            return stay.number(0);
        }
        if (!row) {
            return row.error();
        }
        statement come(*db_,
                       "INSERT INTO server (name, sites, until) VALUES (?1, ?2,"
                       " clock_timestamp() + ?3 * INTERVAL '1 millisecond') RETURNING number");
        row = come.bind(1, options_.name).bind(2, options_.sites).bind(3, term).step();
        if (!row) {
            return row.error();
        }
        place_.server->store(come.number(0));
        return come.number(0);
    }

    result<std::vector<work_part>> take_now(const std::vector<work_part>& wanted, bool over) {
        const std::lock_guard lock(one_at_a_time_);
        transaction all(*db_);
        auto done = all.begin();
        if (done) {
            done = db_->execute(end_terms);
        }
        if (!done) {
            return done.error();
        }
        auto out = free_of(wanted, over);
        if (!out) {
            return out;
        }
        if (!out->empty()) {
            done = write_down(*out);
        }
        if (done) {
            done = all.commit();
        }
        if (!done) {
            return done.error();
        }
        return out;
    }

    /// Within a transaction of those who decide.
    result<std::vector<work_part>> free_of(const std::vector<work_part>& wanted, bool over) {
        std::map<std::string, std::vector<std::string>> sites;
        for (const auto& one : wanted) {
            sites[one.reservation].push_back(one.site);
        }
        std::string numbers;
        for (const auto& [id, some] : sites) {
            numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", number_of('r', id).value_or(0));
        }
        struct found {
            std::vector<scheduler::worked_on> rows;
            bool was_begun = false;
        };
        std::map<std::string, found> known;
        statement rows(*db_, who_works);
        rows.bind(1, place_.server->load()).bind(2, numbers).bind(3, std::int64_t{over ? 1 : 0});
        const auto done = rows.each([&] {
            auto& one = known[id_of('r', rows.number(0))];
            one.was_begun = rows.number(3) != 0;
            if (rows.number(2) != 0) {
                one.rows.push_back({rows.text(1), rows.number(2) == 2});
            }
        });
        if (!done) {
            return done.error();
        }
        std::vector<work_part> out;
        for (const auto& [id, one] : known) {
            for (auto& site : scheduler::takeable(one.rows, one.was_begun, sites[id])) {
                out.emplace_back(id, std::move(site));
            }
        }
        return out;
    }

    result<void> write_down(const std::vector<work_part>& mine) {
        std::string numbers;
        std::string sites;
        for (const auto& one : mine) {
            numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", number_of('r', one.reservation).value_or(0));
            sites += (sites.empty() ? "/" : "\n/") + one.site;
        }
        statement forget(*db_, forget_whole);
        auto done = forget.bind(1, numbers).bind(2, sites).run();
        if (done) {
            statement take(*db_, take_work);
            done = take.bind(1, place_.server->load()).bind(2, numbers).bind(3, sites).run();
        }
        return done;
    }

    /// Connects and listens; on the pool.
    result<void> listen() {
        auto connected = listening_.be_connected();
        if (connected) {
            const auto listens = listening_.ask("LISTEN rollover");
            connected = listens ? result<void>() : listens.error();
        }
        return connected;
    }

    runtime& rt_;
    tables_place place_;
    std::unique_ptr<database> db_;
    std::mutex one_at_a_time_;
    roster_options options_;
    postgres_connection listening_;
    std::int64_t number_ = 0;
    time_point valid_until_{};
};

task<void> postgres_roster::watch(std::function<void()> changed) {
    constexpr duration between_tries = std::chrono::seconds(2);
    for (;;) {
        std::function<result<void>()> work = [this] { return listen(); };
        const auto listens = co_await on_pool<result<void>>(rt_, std::move(work));
        auto watched = listens ? rt_.watch(PQsocket(listening_.handle())) : failure(listens.error());
        changed();  // what was told while nobody listened
        while (watched && !listening_.is_lost()) {
            const auto readable = co_await (*watched)->wait(descriptor_watch::readiness::readable, never);
            if (!readable || PQconsumeInput(listening_.handle()) == 0) {
                break;
            }
            bool told = false;
            while (PGnotify* one = PQnotifies(listening_.handle())) {
                PQfreemem(one);
                told = true;
            }
            if (told) {
                changed();
            }
        }
        watched = failure();  // before its descriptor goes
        listening_.close();
        const auto slept = co_await sleep_for(rt_, between_tries);
        if (!slept) {
            co_return;
        }
    }
}

}  // namespace

result<std::unique_ptr<scheduler::roster>> open_roster(runtime& rt, const tables_place& place, roster_options options) {
    if (place.url.empty()) {
        return std::unique_ptr<scheduler::roster>();
    }
    auto db = open_postgres(place.url, place.server);
    if (!db) {
        return db.error();
    }
    return std::unique_ptr<scheduler::roster>(
        std::make_unique<postgres_roster>(rt, place, std::move(*db), std::move(options)));
}

}  // namespace rollover::store
