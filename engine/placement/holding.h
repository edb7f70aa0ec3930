// A whole placement while it is taken apart and put together: what each part of it holds, and whether one more device,
// interface or medium can be had. Keeps the rules of `verify`, change by change.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/placement.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace rollover::placement {

/// What the lab offers, arranged for quick questions. Made once.
class offered {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    struct port {
        model::interface_type type = model::interface_type::ethernet;
        std::uint32_t speed = 0;
        std::uint32_t load = 0;  ///< Mbit/s that it puts on a trunk
        std::uint32_t on_switch = none;
        std::uint32_t pin = none;  ///< number of its name, if some link pins this name
        bool line = false;
        bool on_fixed = false;  ///< on a wire or a segment
        bool operator==(const port&) const = default;
    };
    struct wire {
        std::uint32_t number = 0;
        std::uint32_t own = 0;  ///< interface
        model::interface_reference other;
    };
    struct on_segment {
        std::uint32_t segment = 0;
        std::uint32_t own = 0;
    };
    /// How interfaces of a switch reach a cross-connect.
    struct reach {
        bool possible = false;
        std::uint32_t trunk = none;      ///< that is limited
        std::uint32_t interlink = none;  ///< none: straight
        std::uint32_t from = none;       ///< the cross-connect where the trunk arrives
    };

    explicit offered(const request& r);

    [[nodiscard]] const std::vector<port>& ports(std::uint32_t device) const { return ports_[device]; }
    [[nodiscard]] const std::vector<wire>& wires(std::uint32_t device) const { return wires_[device]; }
    [[nodiscard]] const std::vector<on_segment>& segments(std::uint32_t device) const { return segments_[device]; }
    [[nodiscard]] const reach& way(std::uint32_t sw, std::uint32_t cross_connect) const {
        return ways_[sw * cross_connects_ + cross_connect];
    }
    /// Mbit/s, by trunk.
    [[nodiscard]] const std::vector<std::uint32_t>& trunks() const noexcept { return trunks_; }
    [[nodiscard]] std::uint32_t pin_of(const std::string& interface) const;
    /// Equal for devices that can stand in for each other but for what nodes ask of them: the same site, equal ports,
    /// no wires and segments, the same converter where that matters.
    [[nodiscard]] std::uint32_t twins(std::uint32_t device) const;

private:
    void read_switches();
    void read_devices(const request& r);

    const model::lab& lab_;
    std::size_t cross_connects_;
    std::vector<std::vector<port>> ports_;
    std::vector<std::vector<wire>> wires_;
    std::vector<std::vector<on_segment>> segments_;
    std::vector<reach> ways_;
    std::vector<std::uint32_t> like_switch_;  ///< by switch: the first that reaches and passes the same, without limits
    std::vector<std::uint32_t> trunks_;
    std::map<std::string, std::uint32_t, std::less<>> pins_;
    mutable std::vector<std::uint32_t> twins_;
    mutable std::map<std::vector<std::uint64_t>, std::uint32_t> known_twins_;
};

class holding {
public:
    static constexpr std::uint32_t nobody = ~std::uint32_t{0};

    holding(const request& r, const offered& lab);

    /// Whether the device is nobody's and the rules about sites and converters allow it, as far as they are seated.
    [[nodiscard]] bool can_sit(std::uint32_t node, std::uint32_t device) const;
    void sit(std::uint32_t node, std::uint32_t device);
    void rise(std::uint32_t node);
    [[nodiscard]] std::uint32_t device_of(std::uint32_t node) const { return device_of_[node]; }
    [[nodiscard]] std::uint32_t node_of(std::uint32_t device) const { return node_of_[device]; }

    /// Whether the interface is free and the link may have it as this end, on this carrier, with room on its trunk.
    [[nodiscard]] bool can_take(std::uint32_t link, std::size_t end, const carrier& by, std::uint32_t interface) const;
    void take(const carrier& by, model::interface_reference e);
    void give_back(const carrier& by, model::interface_reference e);
    /// When all ends are taken: the medium itself. Whether it can be had.
    [[nodiscard]] bool close(const placed_link& l);
    void open(const placed_link& l);
    /// Interlinks that a link with all its ends takes.
    [[nodiscard]] std::size_t interlinks_of(const placed_link& l) const;

    [[nodiscard]] bool segment_is_free(std::uint32_t segment) const { return !segment_used_[segment]; }

private:
    struct load_across {
        std::uint32_t interlink = 0;
        std::uint64_t load = 0;  ///< Mbit/s
    };
    [[nodiscard]] const offered::reach* way_of(const carrier& by, model::interface_reference e) const;
    [[nodiscard]] bool may_pass(const model::link& l, const carrier& by, const offered::reach& to) const;
    [[nodiscard]] std::vector<load_across> loads_across(const placed_link& l, bool& straight) const;

    struct relation_to {
        std::uint32_t other = 0;
        bool same = true;
    };

    const request& request_;
    const offered& lab_;
    std::vector<std::uint32_t> device_of_;
    std::vector<std::uint32_t> node_of_;
    std::vector<std::vector<relation_to>> relations_;  ///< by node
    std::vector<std::vector<std::uint32_t>> pins_;     ///< by link and end
    std::vector<std::vector<char>> used_;              ///< by device and interface
    std::vector<std::uint64_t> load_;                  ///< by trunk
    std::vector<std::uint64_t> load_across_;           ///< by interlink
    std::vector<std::uint32_t> on_converter_;          ///< devices, by converter
    std::vector<char> segment_used_;
};

}  // namespace rollover::placement
