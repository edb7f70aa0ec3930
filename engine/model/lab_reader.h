// Reads <lab>. Kinds are read one after the other, whatever their order in the file, so that every reference finds its
// target at once: credentials, converters, cross-connects, switches, devices, wires and segments.
#pragma once

#include "engine/model/lab.h"
#include "engine/model/name_table.h"
#include "engine/model/xml_document.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollover::model {

class lab_reader {
public:
    /// Both must outlive it.
    lab_reader(xml_document& document, const converter_models& known);

    /// Of use only when no mistake was added to the document's list.
    [[nodiscard]] lab read();

private:
    // lab_reader.cpp
    void read_lab();
    void reserve();
    void read_credentials(element& e);
    void read_hook(element& e);
    void read_forbid(element& e);  // lab_forbidden.cpp
    [[nodiscard]] std::optional<credentials_index> login_of(element& e);
    [[nodiscard]] std::string path_of(element& e, std::string_view attribute, const value_rule& rule) const;
    [[nodiscard]] std::optional<secret_reference> secret_of(element& e, std::string_view attribute) const;
    /// Calls `read_one` for every child `name` of every site.
    void in_sites(const char* name, void (lab_reader::*read_one)(element&, site_index));
    void same_site(const element& e, std::string_view attribute, site_index here, site_index there,
                   std::string_view what) const;

    // lab_hosts.cpp
    void read_converter(element& e, site_index where);
    void read_line(element& e, converter& c);
    void converter_access(element& e, converter& c);
    void converter_kind(element& e, converter& c);
    [[nodiscard]] std::uint16_t port_of(element& e, const converter& c, std::string_view number);
    void take_port(element& line, const converter& c, const converter_line& l);
    void read_cross_connect(element& e, site_index where);
    void read_switch(element& e, site_index where);
    void switch_access(element& e, lab_switch& s);
    [[nodiscard]] trunk read_trunk(element& e, const lab_switch& s);
    void check_trunk_ports();

    // lab_interlinks.cpp
    void read_interlink(element& e);
    [[nodiscard]] interlink_end read_interlink_end(element& e);
    void check_interlinks();

    // lab_devices.cpp
    void read_device(element& e, site_index where);
    [[nodiscard]] console read_console(element& e, site_index where);
    void read_fast_speed(element& e, console& c) const;
    void read_features(device& d, const element& parent);
    void read_capacities(device& d, const element& parent);
    /// What is not said passes.
    [[nodiscard]] static traffic_set passes_of(element& e);
    void read_interfaces(device& d, const element& parent);
    [[nodiscard]] interface read_interface(element& e, const device& d);
    [[nodiscard]] std::optional<serial_port> read_serial_port(element& e, site_index where);
    [[nodiscard]] switch_port read_switch_port(element& e, const device& d);
    [[nodiscard]] std::optional<line_reference> find_line(const element& e, std::string_view converter_name,
                                                          std::string_view number, std::string_view converter_attribute,
                                                          std::string_view number_attribute, site_index where);

    // lab_cabling.cpp
    void read_wire(element& e, std::optional<site_index> where);
    void read_segment(element& e, std::optional<site_index> where);
    void read_ends(element& e, fixed_medium& medium, std::string_view kind, std::optional<site_index> where);
    [[nodiscard]] std::optional<interface_reference> read_end(element& e, std::optional<site_index> where);
    void check_wire(const element& e, const fixed_medium& wire) const;

    reading& reading_;
    const converter_models& known_models_;
    pugi::xml_node root_;
    std::filesystem::path folder_;  ///< of the lab file; relative paths start here
    lab lab_;

    name_table credentials_{"<credentials>"};
    name_table sites_{"site"};
    name_table converters_{"converter"};
    name_table switches_{"switch"};
    name_table cross_connects_{"cross-connect"};
    name_table devices_{"device"};
    name_table wires_{"wire"};
    name_table segments_{"segment"};
    name_table interlinks_{"interlink"};
    std::vector<name_table> lines_;  ///< by converter
    /// By device: the names of its interfaces, sorted, with their indices.
    std::vector<std::vector<std::pair<std::string_view, std::uint32_t>>> interface_names_;

    claims_by<std::uint64_t> used_lines_;       ///< converter, line
    claims_by<std::uint64_t> used_ports_;       ///< host, TCP port
    claims_by<std::uint64_t> used_vlans_;       ///< cross-connect, VLAN
    claims_by<std::uint64_t> used_interfaces_;  ///< device, interface
    std::vector<claims_by<std::string_view>> used_switch_ports_;
    std::unordered_map<std::string, std::uint32_t> hosts_;  ///< numbers for used_ports_
    claims_by<std::string> serial_numbers_;                 ///< in lower case
    claims used_;                                           ///< all that is rare
};

}  // namespace rollover::model
