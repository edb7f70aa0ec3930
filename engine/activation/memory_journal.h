// A journal in memory, for tests in virtual time; its text is compared to the byte between two runs of one seed.
#pragma once

#include "engine/activation/journal.h"
#include "engine/runtime/runtime.h"

namespace rollover::activation {

class memory_journal final : public journal {
public:
    explicit memory_journal(runtime& rt) : runtime_(rt) {}

    [[nodiscard]] task<result<std::string>> begin(beginning what) override;
    [[nodiscard]] task<result<void>> append(record what) override;
    [[nodiscard]] task<result<void>> change_plan(plan_change what) override;
    [[nodiscard]] task<result<std::vector<record>>> read(std::string activation) override;
    [[nodiscard]] task<result<summary>> find(std::string activation) override;
    [[nodiscard]] task<result<std::vector<summary>>> list() override;
    [[nodiscard]] task<result<holds>> unavailable(std::string lab) override;
    [[nodiscard]] task<result<use_counts>> uses(std::string lab) override;
    [[nodiscard]] task<result<void>> quarantine(std::string lab, std::string device, std::string why) override;
    [[nodiscard]] task<result<void>> release(std::string lab, std::string device) override;

    /// All records as text, one a line: nanoseconds of wall time, activation, kind, subject, text (escaped).
    [[nodiscard]] std::string text() const;

    /// A fault: from the n-th append on (counted from 1) every append fails; 0: never.
    void fail_from(std::size_t append) { fail_from_ = append; }

private:
    [[nodiscard]] result<void> is_free(const std::string& lab, const std::string& device) const;

    runtime& runtime_;
    std::vector<record> records_;
    std::vector<summary> summaries_;
    std::map<std::pair<std::string, std::string>, std::string> claims_;  // lab, device -> activation
    std::map<std::pair<std::string, std::string>, hold> quarantine_;     // lab, device
    std::map<std::string, use_counts> uses_;                             // by lab
    std::size_t appends_ = 0;
    std::size_t fail_from_ = 0;
};

}  // namespace rollover::activation
