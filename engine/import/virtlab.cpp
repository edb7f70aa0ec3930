#include "engine/import/virtlab.h"

#include "engine/base/text.h"
#include "engine/model/value_rules.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>

namespace rollover::importing {

namespace {

enum class virtlab_file { unknown, vlans, serials, tunnels, ports };

struct form {
    virtlab_file what;
    std::string_view name;
    std::string_view words;
    std::size_t least;
    std::size_t most;
};
constexpr std::array<form, 4> forms{
    {{virtlab_file::vlans, "localvlans", "DEVICE@SITE:INTERFACE VLAN", 2, 2},
     {virtlab_file::serials, "localserials", "DEVICE@SITE:INTERFACE IP", 2, 2},
     {virtlab_file::tunnels, "tunservers", "SITE IP", 2, 2},
     {virtlab_file::ports, "portsetter", "DEVICE@SITE:INTERFACE IP PORT [trunkport]", 3, 4}}};

struct full_name {
    std::string device;
    std::string site;
    std::string interface;
};

std::optional<full_name> split(std::string_view text) {
    const auto at = text.find('@');
    const auto colon = at == std::string_view::npos ? at : text.find(':', at);
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    full_name n{std::string(text.substr(0, at)), std::string(text.substr(at + 1, colon - at - 1)),
                std::string(text.substr(colon + 1))};
    const bool good =
        model::rules::name.fits(n.device) && model::rules::name.fits(n.site) && model::rules::port.fits(n.interface);
    return good ? std::optional(n) : std::nullopt;
}

bool is_address(std::string_view text) {
    return model::rules::host.fits(text) && text.find_first_of(".:") != std::string_view::npos;
}

class virtlab_reader {
public:
    virtlab_reader(inventory_builder& into, findings& out) : into_(into), out_(out) {}

    void read(const input& file) {
        file_ = &file;
        const form* kind = by_name(file.name);
        const auto lines = split_lines(file.text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            place_ = {file.name, static_cast<std::uint32_t>(i + 1), 0};
            const auto fields = words_of(lines[i]);
            if (fields.empty()) {
                continue;
            }
            if (kind == nullptr) {
                kind = by_first_line(fields);
                if (kind == nullptr) {
                    out_.wrong(place_, "none of Virtlab's files begins like this",
                               "known are localvlans.conf, localserials.conf, tunservers.conf and portsetter.conf");
                    return;
                }
            }
            if (fields.size() < kind->least || fields.size() > kind->most) {
                out_.wrong(place_, fmt::format("{} words", fields.size()),
                           fmt::format("a line of {}.conf is {}", kind->name, kind->words));
                continue;
            }
            line(*kind, fields);
        }
        if (!file.text.empty() && !file.text.ends_with('\n')) {
            out_.left_out({file.name, static_cast<std::uint32_t>(lines.size()), 0}, "the last line does not end",
                          "it was read; is the file whole?");
        }
    }

    /// What only all files together say.
    void finish() {
        for (const auto& [key, interface] : interfaces_) {
            auto& p = into_.at_port(interface.port);
            if (p.cable) {
                continue;
            }
            if (p.vlan) {
                p.remarks.push_back({remark::kind::missing,
                                     fmt::format("<switch-port switch=\"...\" port=\"...\" vlan=\"{}\"/>: no line of "
                                                 "portsetter.conf says which port of which switch it is on",
                                                 *p.vlan),
                                     {}});
            }
        }
    }

private:
    struct known_interface {
        std::uint32_t port = 0;
        source_place vlan;
        source_place address;
        source_place switch_port;
    };

    static const form* by_name(std::string_view path) {
        const auto name = path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
        const auto* const found =
            std::ranges::find_if(forms, [&](const form& f) { return name.find(f.name) != std::string_view::npos; });
        return found == forms.end() ? nullptr : found;
    }

    static const form* by_first_line(const std::vector<std::string>& fields) {
        if (fields.size() >= 3 && split(fields[0])) {
            return &forms[3];
        }
        if (fields.size() != 2) {
            return nullptr;
        }
        if (fields[0].find('@') == std::string::npos) {
            return is_address(fields[1]) ? &forms[2] : nullptr;
        }
        return model::parse_number(fields[1]) ? &forms[0] : is_address(fields[1]) ? &forms[1] : nullptr;
    }

    static std::vector<std::string> words_of(std::string_view line) {
        std::vector<std::string> words;
        line = line.substr(0, line.find('#'));
        for (std::size_t begin = 0; begin < line.size();) {
            begin = line.find_first_not_of(" \t\r", begin);
            if (begin == std::string_view::npos) {
                break;
            }
            const auto end = std::min(line.find_first_of(" \t\r", begin), line.size());
            words.emplace_back(line.substr(begin, end - begin));
            begin = end;
        }
        return words;
    }

    void line(const form& kind, const std::vector<std::string>& fields) {
        if (kind.what == virtlab_file::tunnels) {
            tunnel_server(fields);
            return;
        }
        const auto name = split(fields[0]);
        if (!name) {
            out_.wrong(place_, fmt::format("\"{}\" is not the name of an interface", fields[0]),
                       "write DEVICE@SITE:INTERFACE, for instance pc1@ostrava:eth0");
            return;
        }
        if (kind.what != virtlab_file::vlans && !is_address(fields[1])) {
            out_.wrong(place_, fmt::format("\"{}\" is not an address", fields[1]),
                       fmt::format("a line of {}.conf is {}", kind.name, kind.words));
            return;
        }
        auto& known = interface_of(*name);
        switch (kind.what) {
            case virtlab_file::vlans: vlan(known, fields); break;
            case virtlab_file::serials: serial(known, *name, fields); break;
            case virtlab_file::ports: switch_port(known, *name, fields); break;
            case virtlab_file::tunnels:
            case virtlab_file::unknown: break;
        }
    }

    known_interface& interface_of(const full_name& n) {
        const std::string key = n.device + "@" + n.site;
        const auto box = into_.box_of(key, n.device, place_);
        into_.say_kind(box, box_kind::device, place_);
        into_.say(box, &box::site, "the site", n.site, place_);
        const auto port = into_.port_of(box, n.interface, place_);
        const auto [found, is_new] = by_key_.try_emplace(key + ":" + n.interface, interfaces_.size());
        if (is_new) {
            interfaces_.emplace_back(found->first, known_interface{port, {}, {}, {}});
        }
        return interfaces_[found->second].second;
    }

    /// Each file names an interface once.
    bool first(source_place& where, const std::string& what) {
        if (where.line != 0) {
            out_.wrong(place_, fmt::format("a second line for {}", what),
                       fmt::format("the first one is at {}; remove the wrong one", to_string(where)));
            return false;
        }
        where = place_;
        return true;
    }

    void vlan(known_interface& i, const std::vector<std::string>& fields) {
        const auto number = model::parse_number(fields[1]);
        if (!number || *number < 1 || *number > 4094) {
            out_.wrong(place_, fmt::format("VLAN \"{}\"", fields[1]), "a number from 1 to 4094");
        } else if (first(i.vlan, fields[0])) {
            into_.at_port(i.port).vlan = static_cast<std::uint16_t>(*number);
            into_.at_port(i.port).kind = port_kind::ethernet;
        }
    }

    void serial(known_interface& i, const full_name& n, const std::vector<std::string>& fields) {
        if (!first(i.address, fields[0])) {
            return;
        }
        into_.at_port(i.port).kind = port_kind::serial;
        const auto box = into_.box_of("converter " + n.site + " " + fields[1], "se-" + fields[1], place_);
        auto& made = into_.at_box(box);
        if (made.kind == box_kind::unknown) {
            made.remarks.push_back({remark::kind::guessed,
                                    "a converter of its own, with one line, behind this address; its name is made up",
                                    {}});
        }
        into_.say_kind(box, box_kind::converter, place_);
        into_.say(box, &box::site, "the site", n.site, place_);
        into_.say(box, &box::address, "the address", fields[1], place_);
        const auto line = into_.port_of(box, "1", place_);
        into_.at_port(line).kind = port_kind::line;
        into_.join(i.port, line, {}, place_);
    }

    void switch_port(known_interface& i, const full_name& n, const std::vector<std::string>& fields) {
        if (!model::rules::port.fits(fields[2])) {
            out_.wrong(place_, fmt::format("\"{}\" is not the name of a port", fields[2]),
                       std::string(model::rules::port.words));
            return;
        }
        if (!first(i.switch_port, fields[0])) {
            return;
        }
        const auto box = into_.box_of("switch " + n.site + " " + fields[1], "vlmux-" + fields[1], place_);
        auto& made = into_.at_box(box);
        if (made.kind == box_kind::unknown) {
            made.remarks.push_back({remark::kind::guessed,
                                    "the name is made of the address under which it was managed, " + fields[1],
                                    {}});
        }
        into_.say_kind(box, box_kind::lab_switch, place_);
        into_.say(box, &box::site, "the site", n.site, place_);
        const auto port = into_.port_of(box, fields[2], place_);
        into_.join(i.port, port, {}, place_);
        if (fields.size() == 4 && fields[3] == "trunkport") {
            into_.at_port(port).tagged = true;
        } else if (fields.size() == 4) {
            trunk_of(box, n.site, fields[3]);
        }
    }

    /// The fourth word is a port where it is not the word itself: that of the switch's trunk.
    void trunk_of(std::uint32_t box, const std::string& site, const std::string& port) {
        if (!model::rules::port.fits(port)) {
            out_.wrong(place_, fmt::format("\"{}\" is not the name of a port", port),
                       "the word trunkport, the port of the switch's trunk, or nothing");
            return;
        }
        const auto at_trunk = into_.port_of(box, port, place_);
        if (!into_.at_port(at_trunk).cable) {
            into_.at_port(at_trunk).remarks.push_back(
                {remark::kind::guessed, "the fourth word of the line is the trunk of its switch", {}});
            trunks_.push_back({at_trunk, site, place_});
        }
    }

    void tunnel_server(const std::vector<std::string>& fields) {
        if (!model::rules::name.fits(fields[0]) || !is_address(fields[1])) {
            out_.wrong(place_, fmt::format("\"{} {}\"", fields[0], fields[1]), "a line of tunservers.conf is SITE IP");
            return;
        }
        const auto box = into_.box_of("tunnel " + fields[0], "xc-" + fields[0], place_);
        auto& made = into_.at_box(box);
        if (made.kind == box_kind::unknown) {
            made.remarks.push_back(
                {remark::kind::guessed,
                 "the cross-connect takes the place of the site's tunnel server, at its address; its name is made up",
                 {}});
        }
        into_.say_kind(box, box_kind::cross_connect, place_);
        into_.say(box, &box::site, "the site", fields[0], place_);
        into_.say(box, &box::address, "the address", fields[1], place_);
        cross_connects_.emplace(fields[0], box);
    }

public:
    struct trunk {
        std::uint32_t port = 0;
        std::string site;
        source_place place;
    };
    /// Trunks go to the cross-connect of the site, which another file names.
    void join_trunks() {
        for (const auto& t : trunks_) {
            const auto found = cross_connects_.find(t.site);
            if (found != cross_connects_.end() && !into_.at_port(t.port).cable) {
                into_.join(t.port, into_.port_of(found->second, {}, t.place), {}, t.place);
            }
        }
    }

private:
    inventory_builder& into_;
    findings& out_;
    const input* file_ = nullptr;
    source_place place_;
    std::vector<std::pair<std::string, known_interface>> interfaces_;  ///< in the order of the files
    std::unordered_map<std::string, std::size_t> by_key_;
    std::vector<trunk> trunks_;
    std::unordered_map<std::string, std::uint32_t> cross_connects_;  ///< by site
};

}  // namespace

void read_virtlab(const std::vector<input>& files, inventory& into, findings& out) {
    inventory_builder builder(into, out);
    virtlab_reader reader(builder, out);
    for (const auto& file : files) {
        reader.read(file);
    }
    reader.join_trunks();
    reader.finish();
}

}  // namespace rollover::importing
