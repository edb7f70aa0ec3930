// The differences of one cross-connect, with what they all have in common filled in.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "engine/audit/cross_connect.h"

#include <functional>

namespace rollover::audit {

class cross_connect_findings {
public:
    cross_connect_findings(const model::lab& lab, model::cross_connect_index which)
        : lab_(lab), which_(which), here_(lab.cross_connects[which.value]) {}

    [[nodiscard]] std::vector<switches::difference> take() { return std::move(all_); }

    void tell(const source_place& place, std::string_view port, std::string expected, std::string found,
              std::vector<std::string> mend);
    /// No difference.
    void note(std::string what);

    /// Joins that stand and that nobody knows, and such that must stand and do not. `take_away`: the commands for one.
    void compare_joins(const std::vector<crossconnect::join>& standing, const known_joins& known,
                       const std::function<std::vector<std::string>(const crossconnect::join&)>& take_away);

    [[nodiscard]] const model::lab& lab() const { return lab_; }
    [[nodiscard]] model::cross_connect_index which() const { return which_; }
    [[nodiscard]] const model::cross_connect& here() const { return here_; }

private:
    const model::lab& lab_;
    model::cross_connect_index which_;
    const model::cross_connect& here_;
    std::vector<switches::difference> all_;
};

}  // namespace rollover::audit
