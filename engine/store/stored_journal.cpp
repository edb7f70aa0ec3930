#include "engine/store/stored_journal.h"

#include "engine/store/blocking_journal.h"
#include "engine/store/ids.h"
#include "engine/store/on_pool.h"

namespace rollover::store {

namespace {

using activation::beginning;
using activation::record;
using activation::summary;

/// The runtime's side: hands every call to the pool, with copies of what it needs.
class stored_journal final : public activation::journal {
public:
    stored_journal(runtime& rt, std::unique_ptr<database> db) : runtime_(rt), blocking_(std::move(db)) {}

    task<result<std::string>> begin(beginning what) override {
        return later<std::string>([this, what = std::move(what), now = now()] { return blocking_.begin(what, now); });
    }
    task<result<void>> append(record what) override {
        what.when = now();
        return later<void>([this, what = std::move(what)] { return blocking_.append(what); });
    }
    task<result<void>> change_plan(activation::plan_change what) override {
        what.what.when = now();
        return later<void>([this, what = std::move(what)] { return blocking_.change_plan(what); });
    }
    task<result<std::vector<record>>> read(std::string id) override {
        return later<std::vector<record>>([this, id = std::move(id)] { return blocking_.read(id); });
    }
    task<result<summary>> find(std::string id) override {
        return later<summary>([this, id = std::move(id)] { return blocking_.find(id); });
    }
    task<result<std::vector<summary>>> list() override {
        return later<std::vector<summary>>([this] { return blocking_.list(std::nullopt); });
    }
    task<result<activation::holds>> unavailable(std::string lab) override {
        return later<activation::holds>([this, lab = std::move(lab)] { return blocking_.unavailable(lab); });
    }
    task<result<activation::use_counts>> uses(std::string lab) override {
        return later<activation::use_counts>([this, lab = std::move(lab)] { return blocking_.uses(lab); });
    }
    task<result<void>> quarantine(std::string lab, std::string device, std::string why) override {
        return later<void>([this, lab = std::move(lab), device = std::move(device), why = std::move(why), now = now()] {
            return blocking_.quarantine(lab, device, why, now);
        });
    }
    task<result<void>> release(std::string lab, std::string device) override {
        return later<void>([this, lab = std::move(lab), device = std::move(device), now = now()] {
            return blocking_.release(lab, device, now);
        });
    }

private:
    [[nodiscard]] wall_time now() const { return runtime_.wall_now(); }
    template <class Value>
    [[nodiscard]] task<result<Value>> later(std::function<result<Value>()> work) {
        return on_pool<result<Value>>(runtime_, std::move(work));
    }

    runtime& runtime_;
    blocking_journal blocking_;
};

}  // namespace

result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place) {
    auto db = open_tables(place);
    if (!db) {
        return db.error();
    }
    return std::unique_ptr<activation::journal>(std::make_unique<stored_journal>(rt, std::move(*db)));
}

}  // namespace rollover::store
