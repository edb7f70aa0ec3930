// What the lab offers, arranged for the search: devices by rank, their interfaces with the media that these are on, and
// for each requirement the set of devices that meets it. Made once for a request; every sub-problem shares it.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/placement.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
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

/// What a link asks of the interface at one of its ends.
struct port_needs {
    model::interface_type type = model::interface_type::ethernet;
    pin name = no_pin;
    std::uint32_t speed = 0;  ///< Mbit/s at least; 0: any
    std::uint8_t passes = 0;  ///< bits of model::traffic_set
    bool pair = false;        ///< of a link with two ends: these have one hub only over an interlink
    auto operator<=>(const port_needs&) const = default;
};

/// How a port reaches a cross-connect that its switch has no trunk to.
struct way_across {
    medium hub = 0;
    medium from = 0;              ///< the cross-connect where the trunk arrives
    std::uint32_t interlink = 0;  ///< between the two
    auto operator<=>(const way_across&) const = default;
};

/// A data port of a device.
struct port {
    model::interface_type type = model::interface_type::ethernet;
    pin name = no_pin;              ///< its number if some link of the topology pins this name
    std::uint32_t speed = 0;        ///< Mbit/s, if some link asks for a speed; 0: not known, or of no interest
    std::uint8_t passes = 0;        ///< what the switch behind it passes, if some link needs more than ordinary frames
    std::span<const medium> media;  ///< all that can carry a link from here without an interlink; sorted, unique
    std::uint32_t ways = 0;         ///< see lab_facts::across
    std::uint32_t on_switch = no_switch;  ///< the lab switch, if one of its trunks is limited
    std::uint32_t load = 0;  ///< Mbit/s that an end of a link here puts on what it passes, if that is limited

    static constexpr std::uint32_t no_switch = ~std::uint32_t{0};
};

/// How many ports of a device there are on each limited trunk, and on cross-connects past all of them.
struct trunk_ports {
    std::uint32_t elsewhere = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> by_trunk;  ///< trunk, ports
};

/// The devices on cross-connects and patches, by joined medium.
struct joined_reach {
    std::vector<bit_set> straight;
    std::vector<bit_set> across;  ///< with an interface that reaches it over an interlink; perhaps another one straight
};

/// Where a wire or segment ends.
struct media_end {
    rank device = 0;
    std::uint32_t interface = 0;
};

class lab_facts {
public:
    explicit lab_facts(const request& r);
    lab_facts(const lab_facts&) = delete;  // ports point into it
    lab_facts& operator=(const lab_facts&) = delete;

    [[nodiscard]] const model::lab& lab() const noexcept { return lab_; }
    [[nodiscard]] std::size_t device_count() const noexcept { return device_of_rank_.size(); }
    [[nodiscard]] model::device_index device_at(rank d) const { return device_of_rank_[d]; }
    [[nodiscard]] std::span<const port> ports_of(rank d) const {
        return {ports_.data() + ports_from_[d], ports_from_[d + 1] - ports_from_[d]};
    }
    [[nodiscard]] std::uint32_t site_of(rank d) const { return site_[d]; }
    [[nodiscard]] const std::vector<bit_set>& sites() const noexcept { return devices_at_site_; }
    [[nodiscard]] const bit_set& available() const noexcept { return available_; }
    /// For the next problem that is compiled, with the rest of the lab as it is.
    void make_available(bit_set these) { available_ = std::move(these); }
    [[nodiscard]] rank rank_of(model::device_index d) const { return rank_of_device_[d.value]; }

    /// Devices with the same profile have the same ports, name by name as far as the topology pins names. A device with
    /// a wire is alone.
    [[nodiscard]] std::uint32_t profile_of(rank d) const { return profile_[d]; }
    [[nodiscard]] std::uint32_t profile_count() const { return profiles_; }
    /// Whether no wire and no segment ends here: then a device of the same profile and site can stand in for it.
    [[nodiscard]] bool only_joined(rank d) const { return only_joined_[d]; }

    // Media are numbered: cross-connects, the patches of each site, then wires, then segments. The first two are joined
    // in software: they carry any number of links, between any of the interfaces that reach them.
    [[nodiscard]] std::size_t media_count() const noexcept { return joined_ + ends_from_.size() - 1; }
    [[nodiscard]] bool is_joined(medium m) const noexcept { return m < joined_; }
    [[nodiscard]] bool is_patch(medium m) const noexcept { return m >= cross_connects_ && m < joined_; }
    [[nodiscard]] bool is_wire(medium m) const noexcept { return m >= joined_ && m < joined_ + wires_; }
    [[nodiscard]] medium first_segment() const noexcept { return static_cast<medium>(joined_ + wires_); }
    /// Where a joined medium is.
    [[nodiscard]] std::uint32_t site_of_joined(medium m) const;
    [[nodiscard]] carrier carrier_of(medium m) const;
    [[nodiscard]] medium medium_of(const carrier& c) const;
    /// The medium that must carry a link of the topology; nothing when any may.
    [[nodiscard]] std::optional<medium> kept_medium(model::link_index l) const;
    /// The ends of a wire or segment; empty for a joined medium and for what cannot carry a link now.
    [[nodiscard]] std::span<const media_end> ends_of(medium m) const {
        const std::size_t fixed = m - joined_;
        return m < joined_ ? std::span<const media_end>()
                           : std::span(ends_.data() + ends_from_[fixed], ends_from_[fixed + 1] - ends_from_[fixed]);
    }

    // Trunks of lab switches whose capacity is limited, as numbers.
    [[nodiscard]] std::size_t trunk_count() const noexcept { return trunk_capacity_.size(); }
    /// Mbit/s.
    [[nodiscard]] std::uint32_t trunk_capacity(std::uint32_t trunk) const { return trunk_capacity_[trunk]; }
    /// The least that any interface on a limited trunk loads it with; at least 1.
    [[nodiscard]] std::uint32_t smallest_load() const noexcept { return smallest_load_; }
    /// The least that any interface on a cross-connect loads an interlink with; at least 1.
    [[nodiscard]] std::uint32_t least_load() const noexcept { return least_load_; }
    /// The limited trunk that a link with hub `m` takes from this port; nothing when it is not limited.
    [[nodiscard]] std::optional<std::uint32_t> trunk_of(const port& p, medium m) const;
    [[nodiscard]] const trunk_ports& trunk_ports_of(rank d) const { return trunk_ports_[d]; }
    /// Devices with an interface on it.
    [[nodiscard]] const bit_set& on_trunk(std::uint32_t trunk) const { return on_trunk_[trunk]; }
    /// Devices with an interface on a cross-connect past all limited trunks.
    [[nodiscard]] const bit_set& elsewhere() const noexcept { return elsewhere_; }

    /// The converter of the device's console, and how many of one topology may be on it; 0: any number.
    [[nodiscard]] std::uint32_t converter_of(rank d) const { return converter_[d]; }
    [[nodiscard]] std::uint32_t most_devices(std::uint32_t converter) const {
        return lab_.converters.empty() ? 0 : lab_.converters[converter].most_devices;
    }
    /// Whether any converter is limited.
    [[nodiscard]] bool consoles_matter() const noexcept { return consoles_matter_; }

    // Homes: devices whose ethernet interfaces are straight on the same cross-connects are at one home. Only told apart
    // for labs with interlinks, and with at most `most_homes` cross-connects and homes; else there are none.
    static constexpr std::size_t most_homes = 64;
    struct home {
        std::uint64_t cross_connects = 0;  ///< as bits
        bit_set devices;
    };
    [[nodiscard]] const std::vector<home>& homes() const noexcept { return homes_; }
    [[nodiscard]] std::uint32_t home_of(rank d) const { return home_of_[d]; }
    /// The interlink between two cross-connects, `no_interlink` where there is none.
    [[nodiscard]] std::uint32_t interlink_between(medium a, medium b) const {
        return between_[a * cross_connects_ + b];
    }
    static constexpr std::uint32_t no_interlink = ~std::uint32_t{0};

    // Interlinks, as the lab numbers them.
    [[nodiscard]] std::size_t interlink_count() const noexcept { return lab_.interlinks.size(); }
    /// Mbit/s; 0: not limited.
    [[nodiscard]] std::uint32_t interlink_capacity(std::uint32_t i) const { return lab_.interlinks[i].capacity; }
    /// The hubs that a port reaches over an interlink and not straight, in their order.
    [[nodiscard]] const std::vector<way_across>& across(const port& p) const { return ways_[p.ways]; }
    /// Whether a link that asks for this may go this way.
    [[nodiscard]] bool allows(const way_across& w, const port_needs& needs) const;
    /// The way across to one hub that a link may go; null when there is none.
    [[nodiscard]] const way_across* way_to(const port& p, medium hub, const port_needs& needs) const;
    /// Whether `holds` is true of any medium that the port is on, or of a hub that it reaches across.
    template <class Holds>
    [[nodiscard]] bool any_medium(const port& p, const port_needs& needs, const Holds& holds) const {
        return std::any_of(p.media.begin(), p.media.end(), holds) ||
               std::any_of(across(p).begin(), across(p).end(),
                           [&](const way_across& w) { return allows(w, needs) && holds(w.hub); });
    }

    /// The number of a pinned name; `no_pin` for the empty name.
    [[nodiscard]] pin pin_of(std::string_view name) const;
    /// The devices with an interface that suits. The reference stays valid.
    [[nodiscard]] const joined_reach& reach(const port_needs& needs) const;
    /// What a medium passes.
    [[nodiscard]] model::traffic_set passes(medium m) const;
    /// The devices that meet a requirement on one device; all of them for one that speaks of another node.
    [[nodiscard]] const bit_set& meeting(const model::requirement& r) const;

private:
    [[nodiscard]] std::span<port> ports_at(rank d) {
        return {ports_.data() + ports_from_[d], ports_from_[d + 1] - ports_from_[d]};
    }
    void rank_devices();
    void number_pins(const model::topology& t);
    void read_ports();
    void read_ends(const request& r);
    void read_media();
    void read_profiles();
    void read_ways();
    void read_homes();
    void read_loads();
    void read_trunks();
    void read_consoles();

    const model::lab& lab_;
    std::vector<model::device_index> device_of_rank_;
    std::vector<rank> rank_of_device_;
    // One row of memory each: thousands of small ones are slow to make.
    std::vector<port> ports_;              ///< of all devices, one after the other
    std::vector<std::size_t> ports_from_;  ///< by device, and the end
    std::vector<medium> media_;            ///< of ports
    std::vector<media_end> ends_;          ///< of wires and segments, one after the other
    std::vector<std::size_t> ends_from_;   ///< by wire and segment, and the end
    std::vector<std::uint32_t> site_;
    std::vector<bit_set> devices_at_site_;
    bit_set available_;
    std::uint32_t profiles_ = 0;
    std::vector<std::uint32_t> profile_;
    std::vector<bool> only_joined_;
    std::size_t cross_connects_ = 0;
    std::size_t joined_ = 0;  // and the patches of the sites
    std::size_t wires_ = 0;
    std::map<std::uint32_t, medium> kept_;
    std::map<std::string, pin, std::less<>> pins_;
    mutable std::map<port_needs, joined_reach> reach_;
    mutable std::map<std::tuple<model::requirement::kind, std::string, std::uint32_t>, bit_set> meeting_;
    std::vector<home> homes_;
    std::vector<std::uint32_t> home_of_;
    std::vector<std::uint32_t> between_;             ///< by cross-connect and cross-connect, if there are homes
    std::vector<std::vector<way_across>> ways_{{}};  ///< the first: none
    std::vector<std::vector<std::pair<medium, std::uint32_t>>> trunks_;  ///< by switch: cross-connect, limited trunk
    std::vector<std::uint32_t> trunk_capacity_;
    std::uint32_t smallest_load_ = 1;  ///< on limited trunks
    std::uint32_t least_load_ = 1;     ///< on cross-connects, if there are interlinks
    std::vector<trunk_ports> trunk_ports_;
    std::vector<bit_set> on_trunk_;
    bit_set elsewhere_;
    std::vector<std::uint32_t> converter_;
    bool consoles_matter_ = false;
    bool speeds_matter_ = false;
    bool traffic_matters_ = false;
};

/// Whether a port can be an end of a link that asks for this.
[[nodiscard]] inline bool suits(const port& p, const port_needs& needs) noexcept {
    return p.type == needs.type && (needs.name == no_pin || p.name == needs.name) && p.speed >= needs.speed &&
           (p.passes & needs.passes) == needs.passes;
}

/// Whether two ports are seen to be on the same media: those on one switch share a list of them.
[[nodiscard]] inline bool is_on_the_same(const port& a, const port& b) noexcept {
    return a.media.data() == b.media.data() && a.media.size() == b.media.size() && a.ways == b.ways;
}

/// Whether `d` meets `r`, which must be a requirement on one device alone.
[[nodiscard]] bool meets(const model::lab& l, const model::device& d, const model::requirement& r);

/// Whether `r` speaks of another node.
[[nodiscard]] inline bool is_relation(const model::requirement& r) noexcept {
    return r.what == model::requirement::kind::same_site_as || r.what == model::requirement::kind::different_site_from;
}

}  // namespace rollover::placement
