#include "engine/store/stored_journal.h"

#include "engine/store/blocking_journal.h"
#include "engine/store/ids.h"

namespace rollover::store {

namespace {

using activation::beginning;
using activation::record;
using activation::summary;

/// The runtime's side: hands every call on, with copies of what it needs.
class stored_journal final : public activation::journal {
public:
    stored_journal(std::shared_ptr<shared_tables> in, std::unique_ptr<database> for_reading)
        : tables_(std::move(in)), changing_(tables_->for_changes()), reading_(std::move(for_reading)) {}

    task<result<std::string>> begin(beginning what) override {
        return change<std::string>(changes::decided,
                                   [this, what = std::move(what), now = now()] { return changing_.begin(what, now); });
    }
    task<result<void>> append(record what) override {
        what.when = now();
        return change<void>(changes::appended, [this, what = std::move(what)] { return changing_.append(what); });
    }
    task<result<void>> change_plan(activation::plan_change what) override {
        what.what.when = now();
        return change<void>(changes::decided, [this, what = std::move(what)] { return changing_.change_plan(what); });
    }
    task<result<std::vector<record>>> read(std::string id) override {
        return read<std::vector<record>>([this, id = std::move(id)] { return reading_.read(id); });
    }
    task<result<summary>> find(std::string id) override {
        return read<summary>([this, id = std::move(id)] { return reading_.find(id); });
    }
    task<result<std::vector<summary>>> list() override {
        return read<std::vector<summary>>([this] { return reading_.list(std::nullopt); });
    }
    task<result<activation::holds>> unavailable(std::string lab) override {
        return read<activation::holds>([this, lab = std::move(lab)] { return reading_.unavailable(lab); });
    }
    task<result<activation::use_counts>> uses(std::string lab) override {
        return read<activation::use_counts>([this, lab = std::move(lab)] { return reading_.uses(lab); });
    }
    task<result<void>> quarantine(std::string lab, std::string device, std::string why) override {
        return change<void>(changes::decided,
                            [this, lab = std::move(lab), device = std::move(device), why = std::move(why),
                             now = now()] { return changing_.quarantine(lab, device, why, now); });
    }
    task<result<void>> release(std::string lab, std::string device) override {
        return change<void>(changes::decided, [this, lab = std::move(lab), device = std::move(device), now = now()] {
            return changing_.release(lab, device, now);
        });
    }

private:
    [[nodiscard]] wall_time now() const { return tables_->now(); }
    template <class Value>
    [[nodiscard]] task<result<Value>> change(changes how, std::function<result<Value>()> work) {
        return tables_->change(how, std::move(work));
    }
    template <class Value>
    [[nodiscard]] task<result<Value>> read(std::function<result<Value>()> work) {
        return tables_->read(std::move(work));
    }

    std::shared_ptr<shared_tables> tables_;
    blocking_journal changing_;
    blocking_journal reading_;
};

}  // namespace

result<std::unique_ptr<activation::journal>> open_journal(std::shared_ptr<shared_tables> in) {
    auto reading = in->for_reading();
    if (!reading) {
        return reading.error();
    }
    return std::unique_ptr<activation::journal>(std::make_unique<stored_journal>(std::move(in), std::move(*reading)));
}

result<std::unique_ptr<activation::journal>> open_journal(runtime& rt, const tables_place& place) {
    auto tables = shared_tables::open(rt, place);
    if (!tables) {
        return tables.error();
    }
    return open_journal(std::move(*tables));
}

}  // namespace rollover::store
