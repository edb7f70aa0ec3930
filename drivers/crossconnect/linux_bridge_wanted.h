// What a caller wants of a Linux host, checked and with the host's own names. No I/O.
#pragma once

#include "drivers/crossconnect/linux_bridge_standing.h"

namespace rollover::crossconnect {

/// A member of a wanted join.
struct wanted_member {
    std::string device;  ///< its name, also when it has to be made
    attachment at;
    bool make = false;  ///< it is not there yet
    auto operator<=>(const wanted_member&) const = default;
};

struct wanted_bridge {
    std::string name;    ///< of the join
    std::string bridge;  ///< which has it, or will have
    std::vector<wanted_member> members;
    std::vector<tunnel> tunnels;  ///< sorted, addresses as the kernel writes them
    std::optional<shape> shaped;  ///< nothing for one that does nothing
};

/// Names not taken by any device, for those that have to be made; each is given once.
class free_names {
public:
    explicit free_names(const linux_state& state) : state_(state) {}
    /// The first of the derived names that is free, or that `adopted` finds usable as it is.
    template <class Adopted>
    std::string derive(std::string_view prefix, char kind, std::string_view from, Adopted adopted) {
        for (std::uint32_t n = 0;; ++n) {
            auto name = derived_name(prefix, kind, from, n);
            const auto* const has = find_link(state_, name);
            if ((has == nullptr || adopted(*has)) && given_.insert(name).second) {
                return name;
            }
        }
    }

private:
    const linux_state& state_;
    std::set<std::string> given_;
};

/// One join without its bridge. Errors: as `change_to`, but busy.
[[nodiscard]] result<wanted_bridge> resolve(const linux_state& state, std::string_view prefix, const join& wanted,
                                            free_names& names);

}  // namespace rollover::crossconnect
