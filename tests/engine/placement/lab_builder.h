// Labs and topologies in a few words, for tests.
#pragma once

#include "engine/placement/placement.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollover::placement {

/// "r1 eth0": an interface in a test's words.
class lab_builder {
public:
    lab_builder();

    /// Each with a switch of its own: interfaces that are put on it reach it alone.
    lab_builder& cross_connect(const std::string& name, const std::string& site = "main");
    /// A switch with trunks to several cross-connects.
    lab_builder& lab_switch(const std::string& name, const std::vector<std::string>& cross_connects);
    /// Mbit/s; 0: not limited.
    lab_builder& interlink(const std::string& name, const std::string& a, const std::string& b,
                           std::uint32_t capacity = 0);
    /// Features are separated by blanks.
    lab_builder& device(const std::string& name, const std::string& platform = "ios", const std::string& features = "",
                        const std::string& site = "main", const std::string& model = "");
    /// On a switch when `on` names one (a cross-connect's own switch has its name).
    lab_builder& interface(const std::string& device, const std::string& name, const std::string& on = "",
                           model::interface_type type = model::interface_type::ethernet);
    /// Cables the interface of `device` that was added last to a converter line; only a serial one.
    lab_builder& line(const std::string& device);
    /// Each end is "DEVICE INTERFACE".
    lab_builder& wire(const std::string& a, const std::string& b);
    lab_builder& segment(const std::vector<std::string>& ends);

    [[nodiscard]] model::device_index index_of(std::string_view device) const;

    model::lab lab;

private:
    model::site_index site(const std::string& name);
    [[nodiscard]] model::interface_reference end(const std::string& text) const;
};

class topology_builder {
public:
    topology_builder();

    /// Requirements as "platform ios", "feature ipsec", "device r1", "same A"; separated by commas.
    topology_builder& node(const std::string& name, const std::string& requirements = "");
    /// Each end is "NODE" or "NODE INTERFACE".
    topology_builder& link(const std::string& name, const std::vector<std::string>& ends,
                           model::link_via via = model::link_via::any,
                           model::interface_type type = model::interface_type::ethernet);

    model::topology topology;

private:
    [[nodiscard]] model::node_index index_of(std::string_view node) const;
    std::uint32_t line_ = 1;
};

/// For this topology in this lab, all of it free; both must outlive it.
[[nodiscard]] request ask(const lab_builder& l, const topology_builder& t);

}  // namespace rollover::placement
