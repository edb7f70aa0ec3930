#include "engine/model/lab_reader.h"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace rollover::model {

using namespace std::chrono_literals;

lab_reader::lab_reader(xml_document& document, const converter_models& known)
    : reading_(document.shared()),
      known_models_(known),
      root_(document.root()),
      folder_(std::filesystem::path(reading_.source.file()).parent_path()) {
    lab_.file = reading_.source.file();
}

lab lab_reader::read() {
    read_lab();
    in_sites("converter", &lab_reader::read_converter);
    in_sites("cross-connect", &lab_reader::read_cross_connect);
    for (const pugi::xml_node child : root_.children("interlink")) {
        element e(reading_, child);
        read_interlink(e);
    }
    in_sites("switch", &lab_reader::read_switch);
    if (reading_.out.none()) {
        check_trunk_ports();
        check_interlinks();
    }
    reserve();
    in_sites("device", &lab_reader::read_device);

    const auto media = [this](pugi::xml_node parent, std::optional<site_index> where) {
        for (const pugi::xml_node child : parent.children()) {
            const std::string_view name = child.name();
            if (name == "wire" || name == "segment") {
                element e(reading_, child);
                name == "wire" ? read_wire(e, where) : read_segment(e, where);
            }
        }
    };
    media(root_, std::nullopt);
    std::uint32_t site = 0;
    for (const pugi::xml_node child : root_.children("site")) {
        media(child, site_index{site++});
    }
    return std::move(lab_);
}

/// Devices are many; growing step by step would move all of them again and again.
void lab_reader::reserve() {
    std::size_t devices = 0;
    for (const pugi::xml_node site : root_.children("site")) {
        const auto found = site.children("device");
        devices += static_cast<std::size_t>(std::distance(found.begin(), found.end()));
    }
    lab_.devices.reserve(devices);
    interface_names_.reserve(devices);
    devices_.reserve(devices);
}

void lab_reader::read_lab() {
    element root(reading_, root_);
    lab_.name = root.required("name", rules::name);
    lab_.time_zone = root.optional("time-zone", rules::time_zone);
    for (const pugi::xml_node child : root.children("credentials")) {
        element e(reading_, child);
        read_credentials(e);
    }
    for (const pugi::xml_node child : root.children("hook")) {
        element e(reading_, child);
        read_hook(e);
    }
    for (const pugi::xml_node child : root.children("forbid")) {
        element e(reading_, child);
        read_forbid(e);
    }
    for (const pugi::xml_node child : root.children("site")) {
        element e(reading_, child);
        const auto name = e.required("name", rules::name);
        sites_.add(e, name, static_cast<std::uint32_t>(lab_.sites.size()));
        lab_.sites.push_back({std::string(name), e.place()});
        e.finish({"converter", "cross-connect", "switch", "device", "wire", "segment"});
    }
    if (lab_.sites.empty()) {
        root.wrong("<lab> has no <site>", "converters and devices stand in a <site name=\"...\">");
    }
    root.finish({"credentials", "hook", "forbid", "site", "interlink", "wire", "segment"});
}

void lab_reader::read_credentials(element& e) {
    credentials c;
    const auto name = e.required("name", rules::name);
    credentials_.add(e, name, static_cast<std::uint32_t>(lab_.credentials.size()));
    c.name = name;
    c.user = e.optional("user", rules::user);
    c.password = secret_of(e, "password");
    c.enable = secret_of(e, "enable");
    c.key = path_of(e, "key", rules::path);
    c.agent = e.flag("agent", false);
    c.place = e.place();
    e.finish();
    lab_.credentials.push_back(std::move(c));
}

void lab_reader::read_hook(element& e) {
    using moment = hook::moment;
    static constexpr std::array<word<moment>, 6> moments{{{"before-activation", moment::before_activation},
                                                          {"after-activation", moment::after_activation},
                                                          {"before-deactivation", moment::before_deactivation},
                                                          {"after-deactivation", moment::after_deactivation},
                                                          {"line-busy", moment::line_busy},
                                                          {"power-cycle", moment::power_cycle}}};
    hook h;
    h.when = e.choice<moment>("when", moments);
    h.limit = e.time("limit", 1s, 24h, 30s);
    h.place = e.place();
    for (const pugi::xml_node child : e.children("argument")) {
        element argument(reading_, child);
        argument.finish_text();
        const auto lines = argument.text();
        const bool one_line = lines.size() == 1 && rules::text_line.fits(lines[0].text);
        if (!one_line) {
            argument.wrong("<argument> is not one line of text", std::string(rules::text_line.words));
            continue;
        }
        h.command.push_back(lines[0].text);
    }
    if (e.count("argument") == 0) {
        e.wrong("<hook> has no <argument>", "the first is the program, the others are what it is given");
    }
    e.finish({"argument"});
    lab_.hooks.push_back(std::move(h));
}

std::optional<credentials_index> lab_reader::login_of(element& e) {
    const auto found = credentials_.resolve(e, "login", e.optional("login", rules::name));
    return found ? std::optional(credentials_index{*found}) : std::nullopt;
}

std::string lab_reader::path_of(element& e, std::string_view attribute, const value_rule& rule) const {
    const std::filesystem::path path(e.optional(attribute, rule));
    return path.empty() ? std::string() : (folder_ / path).lexically_normal().string();
}

std::optional<secret_reference> lab_reader::secret_of(element& e, std::string_view attribute) const {
    constexpr std::string_view file_scheme = "file:";
    const std::string_view given = e.optional(attribute, rules::secret);
    if (given.empty()) {
        return std::nullopt;
    }
    if (!given.starts_with(file_scheme)) {
        return secret_reference(given);
    }
    const std::filesystem::path path(given.substr(file_scheme.size()));
    return std::string(file_scheme) + (folder_ / path).lexically_normal().string();
}

void lab_reader::in_sites(const char* name, void (lab_reader::*read_one)(element&, site_index)) {
    std::uint32_t site = 0;
    for (const pugi::xml_node parent : root_.children("site")) {
        for (const pugi::xml_node child : parent.children(name)) {
            element e(reading_, child);
            (this->*read_one)(e, site_index{site});
        }
        ++site;
    }
}

void lab_reader::same_site(const element& e, std::string_view attribute, site_index here, site_index there,
                           std::string_view what) const {
    if (here != there) {
        e.wrong(attribute,
                fmt::format("{} is in site {}, not in site {}", what, in_quotes(lab_.at(there).name),
                            in_quotes(lab_.at(here).name)),
                "a cable to it does not leave the site; only a <wire> or <segment> of the <lab> does");
    }
}

}  // namespace rollover::model
