#include "engine/store/stored_users.h"

#include "engine/store/blocking_users.h"
#include "engine/store/on_pool.h"

namespace rollover::store {

namespace {

/// The runtime's side: hands every call to the pool, with copies of what it needs.
class stored_users final : public access::users {
public:
    stored_users(runtime& rt, std::unique_ptr<database> db) : runtime_(rt), blocking_(std::move(db)) {}

    task<result<void>> add(std::string name, access::role is, std::string by) override {
        return later<void>([this, name = std::move(name), is, by = std::move(by), now = now()] {
            return blocking_.add(name, is, by, now);
        });
    }
    task<result<void>> remove(std::string name, std::string by) override {
        return later<void>([this, name = std::move(name), by = std::move(by), now = now()] {
            return blocking_.remove(name, by, now);
        });
    }
    task<result<std::vector<access::user>>> list() override {
        return later<std::vector<access::user>>([this] { return blocking_.list(); });
    }
    task<result<access::issued_token>> issue(std::string name, std::optional<std::chrono::seconds> lives,
                                             std::string by) override {
        return later<access::issued_token>([this, name = std::move(name), lives, by = std::move(by), now = now()] {
            return blocking_.issue(name, lives, by, now);
        });
    }
    task<result<void>> revoke(std::string id, std::string by) override {
        return later<void>(
            [this, id = std::move(id), by = std::move(by), now = now()] { return blocking_.revoke(id, by, now); });
    }
    task<result<access::admission>> look(std::optional<access::token> shown) override {
        return later<access::admission>(
            [this, shown = std::move(shown), now = now()] { return blocking_.look(shown, now); });
    }

private:
    [[nodiscard]] wall_time now() const { return runtime_.wall_now(); }
    template <class Value>
    [[nodiscard]] task<result<Value>> later(std::function<result<Value>()> work) {
        return on_pool<result<Value>>(runtime_, std::move(work));
    }

    runtime& runtime_;
    blocking_users blocking_;
};

}  // namespace

result<std::unique_ptr<access::users>> open_users(runtime& rt, const tables_place& place) {
    auto db = open_tables(place);
    if (!db) {
        return db.error();
    }
    return std::unique_ptr<access::users>(std::make_unique<stored_users>(rt, std::move(*db)));
}

}  // namespace rollover::store
