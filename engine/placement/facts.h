// What the lab offers, arranged for the search: devices by rank, their interfaces with the media that these are on, and
// for each requirement the set of devices that meets it. Made once for a request; every sub-problem shares it.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/placement.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rollover::placement {

/// A device as the search counts them: those with the least to offer first, so that scarce ones are spared.
using rank = std::uint32_t;
/// One cross-connect, wire or segment of the lab, or the patches of one site.
using medium = std::uint32_t;
/// A pinned interface name of the topology, as a number.
using pin = std::int32_t;
inline constexpr pin no_pin = -1;

/// A data port of a device.
struct port {
    model::interface_type type = model::interface_type::ethernet;
    pin name = no_pin;          ///< its number if some link of the topology pins this name
    std::vector<medium> media;  ///< all that can carry a link from here; sorted, unique
};

/// Where a wire or segment ends.
struct media_end {
    rank device = 0;
    std::uint32_t interface = 0;
};

class lab_facts {
public:
    explicit lab_facts(const request& r);

    [[nodiscard]] const model::lab& lab() const noexcept { return lab_; }
    [[nodiscard]] std::size_t device_count() const noexcept { return device_of_rank_.size(); }
    [[nodiscard]] model::device_index device_at(rank d) const { return device_of_rank_[d]; }
    [[nodiscard]] const std::vector<port>& ports_of(rank d) const { return ports_[d]; }
    [[nodiscard]] std::uint32_t site_of(rank d) const { return site_[d]; }
    [[nodiscard]] const std::vector<bit_set>& sites() const noexcept { return devices_at_site_; }
    [[nodiscard]] const bit_set& available() const noexcept { return available_; }

    /// Devices with the same profile have the same ports, name by name as far as the topology pins names.
    [[nodiscard]] std::uint32_t profile_of(rank d) const { return profile_[d]; }
    /// Whether no wire and no segment ends here: then a device of the same profile and site can stand in for it.
    [[nodiscard]] bool only_joined(rank d) const { return only_joined_[d]; }

    // Media are numbered: cross-connects, the patches of each site, then wires, then segments. The first two are joined
    // in software: they carry any number of links, between any of the interfaces that reach them.
    [[nodiscard]] std::size_t media_count() const noexcept { return ends_.size(); }
    [[nodiscard]] bool is_joined(medium m) const noexcept { return m < joined_; }
    [[nodiscard]] bool is_patch(medium m) const noexcept { return m >= cross_connects_ && m < joined_; }
    [[nodiscard]] bool is_wire(medium m) const noexcept { return m >= joined_ && m < joined_ + wires_; }
    /// Where a joined medium is.
    [[nodiscard]] std::uint32_t site_of_joined(medium m) const;
    [[nodiscard]] carrier carrier_of(medium m) const;
    /// The ends of a wire or segment; empty for a joined medium and for what cannot carry a link now.
    [[nodiscard]] const std::vector<media_end>& ends_of(medium m) const { return ends_[m]; }

    /// The number of a pinned name; `no_pin` for the empty name.
    [[nodiscard]] pin pin_of(std::string_view name) const;
    /// By joined medium: the devices with an interface of this type and name on it. The reference stays valid.
    [[nodiscard]] const std::vector<bit_set>& reach(model::interface_type type, pin name) const;
    /// The devices that meet a requirement on one device; all of them for one that speaks of another node.
    [[nodiscard]] const bit_set& meeting(const model::requirement& r) const;

private:
    void rank_devices();
    void number_pins(const model::topology& t);
    void read_ports();
    void read_media(const request& r);
    void read_profiles();

    const model::lab& lab_;
    std::vector<model::device_index> device_of_rank_;
    std::vector<rank> rank_of_device_;
    std::vector<std::vector<port>> ports_;
    std::vector<std::uint32_t> site_;
    std::vector<bit_set> devices_at_site_;
    bit_set available_;
    std::vector<std::uint32_t> profile_;
    std::vector<bool> only_joined_;
    std::size_t cross_connects_ = 0;
    std::size_t joined_ = 0;  // and the patches of the sites
    std::size_t wires_ = 0;
    std::vector<std::vector<media_end>> ends_;
    std::map<std::string, pin, std::less<>> pins_;
    mutable std::map<std::pair<model::interface_type, pin>, std::vector<bit_set>> reach_;
    mutable std::map<std::pair<model::requirement::kind, std::string>, bit_set> meeting_;
};

/// Whether a port of this type and name can be an end of a link that asks for `type` and `name`.
[[nodiscard]] inline bool suits(const port& p, model::interface_type type, pin name) noexcept {
    return p.type == type && (name == no_pin || p.name == name);
}

/// Whether `d` meets `r`, which must be a requirement on one device alone.
[[nodiscard]] bool meets(const model::lab& l, const model::device& d, const model::requirement& r);

/// Whether `r` speaks of another node.
[[nodiscard]] inline bool is_relation(const model::requirement& r) noexcept {
    return r.what == model::requirement::kind::same_site_as || r.what == model::requirement::kind::different_site_from;
}

}  // namespace rollover::placement
