#include "engine/store/stored_journal.h"

#include "engine/store/blocking_journal.h"
#include "engine/store/ids.h"

namespace rollover::store {

namespace {

using activation::beginning;
using activation::record;
using activation::summary;

class stored_journal final : public on_shared_tables<activation::journal, blocking_journal> {
public:
    using on_shared_tables::on_shared_tables;

    task<result<std::string>> begin(beginning what) override {
        return decide<std::string>([this, what = std::move(what), now = now()] { return deciding_.begin(what, now); });
    }
    task<result<void>> append(record what) override {
        what.when = now();
        return note<void>([this, what = std::move(what)] { return appending_.append(what); });
    }
    task<result<void>> change_plan(activation::plan_change what) override {
        what.what.when = now();
        return decide<void>([this, what = std::move(what)] { return deciding_.change_plan(what); });
    }
    task<result<std::vector<record>>> read(std::string id) override {
        return query<std::vector<record>>([this, id = std::move(id)] { return reading_.read(id); });
    }
    task<result<summary>> find(std::string id) override {
        return query<summary>([this, id = std::move(id)] { return reading_.find(id); });
    }
    task<result<std::vector<summary>>> list() override {
        return query<std::vector<summary>>([this] { return reading_.list(std::nullopt); });
    }
    task<result<activation::holds>> unavailable(std::string lab) override {
        return query<activation::holds>([this, lab = std::move(lab)] { return reading_.unavailable(lab); });
    }
    task<result<activation::use_counts>> uses(std::string lab) override {
        return query<activation::use_counts>([this, lab = std::move(lab)] { return reading_.uses(lab); });
    }
    task<result<void>> quarantine(std::string lab, std::string device, std::string why) override {
        return note<void>([this, lab = std::move(lab), device = std::move(device), why = std::move(why), now = now()] {
            return appending_.quarantine(lab, device, why, now);
        });
    }
    task<result<void>> release(std::string lab, std::string device) override {
        return decide<void>([this, lab = std::move(lab), device = std::move(device), now = now()] {
            return deciding_.release(lab, device, now);
        });
    }
};

}  // namespace

result<std::unique_ptr<activation::journal>> open_journal(std::shared_ptr<shared_tables> in) {
    return open_on_shared_tables<stored_journal, activation::journal>(std::move(in));
}

result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place) {
    return open_on_shared_tables<stored_journal, activation::journal>(rt, place);
}

}  // namespace rollover::store
