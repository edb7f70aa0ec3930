#include "engine/store/stored_journal.h"

#include "engine/store/blocking_journal.h"
#include "engine/store/ids.h"
#include "engine/store/on_pool.h"

namespace rollover::store {

namespace {

using activation::beginning;
using activation::record;
using activation::summary;

class stored_journal final : public on_tables<activation::journal, blocking_journal> {
public:
    using on_tables::on_tables;

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
};

}  // namespace

result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place) {
    return open_on_tables<stored_journal, activation::journal>(rt, place);
}

}  // namespace rollover::store
