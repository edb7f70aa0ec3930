// Looks at the journal and at the true lab, and says which promise was broken. Shares nothing with the engine.
#pragma once

#include "tests/year/checker/store.h"

namespace checker {

/// What was seen, so that a run that saw nothing is not taken for a good one.
struct sums {
    std::size_t begun = 0, ready = 0, ended = 0;  ///< activations looked at in these moments
    std::size_t reservations = 0, on_time = 0, excused = 0, failed = 0, cancelled = 0;
    std::size_t could_be_excused = 0;  ///< reservations that some fault has touched
    std::size_t audits = 0;
    seconds latest = 0;  ///< the latest start
};

class inspector {
public:
    inspector(const std::string& journal, world truth);

    void note(fault one) { faults_.push_back(std::move(one)); }
    /// By its place in the order of `note`.
    fault& noted(std::size_t which) { return faults_[which]; }
    [[nodiscard]] std::size_t faults() const { return faults_.size(); }
    wish& wished(std::uint32_t mark) { return wishes_[mark]; }
    /// A user was told that it is booked, by this name.
    void booked(std::uint32_t mark, const std::string& reservation);

    /// Reads what the journal has new, and looks at what that is about. To be called after each change of it.
    void look();
    /// Looks at everything: nothing overlaps, nothing dirty is free, no join belongs to nobody.
    void audit();
    /// When nothing is to come any more: how every reservation ended, and that nothing is left.
    void judge();

    [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
    [[nodiscard]] const checker::sums& sums() const { return sums_; }

private:
    void has_begun(std::int64_t activation);
    void is_ready(std::int64_t activation);
    void has_its_joins(std::int64_t activation, const std::vector<std::string>& devices);
    void has_ended(std::int64_t activation);
    void nothing_overlaps(seconds since);
    void nothing_dirty_is_free();
    void joins_have_owners();
    void judge_one(const reservation& r);
    /// The fault that may be the reason for what went wrong with a reservation at some time of [from, until].
    [[nodiscard]] const fault* excuse(const std::string& reservation, seconds from, seconds until) const;
    [[nodiscard]] const fault* excuse_of_device(const std::string& device, seconds at) const;
    void say(const std::string& text);
    [[nodiscard]] static std::set<std::uint32_t> marks_in(const std::string& configuration);

    store store_;
    world truth_;
    std::vector<fault> faults_;
    std::map<std::uint32_t, wish> wishes_;
    std::map<std::string, std::set<std::string>> had_;  ///< devices of a reservation, those of before too
    std::set<std::string> judged_quarantines_;
    std::int64_t last_record_ = 0;
    std::vector<std::string> broken_;
    checker::sums sums_;
};

}  // namespace checker
