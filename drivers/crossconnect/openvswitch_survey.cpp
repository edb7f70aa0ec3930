#include "drivers/crossconnect/openvswitch_survey.h"

#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "drivers/crossconnect/probe_frames.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr unsigned tag_is_there = 0x1000;       // OFPVID_PRESENT, OpenFlow 1.3.5 section 7.2.3.7
constexpr std::size_t outputs_of_a_line = 250;  // the actions of one packet-out must fit into a message of 64 KB

std::uint64_t cookie_of(const std::string& name) {
    return cookie_prefix | number_of(name);
}

std::string note_of(const std::string& name) {
    std::string note;
    for (const char c : name) {
        note += fmt::format("{}{:02x}", note.empty() ? "" : ".", static_cast<unsigned char>(c));
    }
    return note;
}

/// The value of `key` in "key=value,key=value"; empty when it is not there.
std::string_view value_of(std::string_view line, std::string_view key) {
    for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
        const bool begins = at == 0 || line[at - 1] == ',' || line[at - 1] == ' ';
        if (begins) {
            const auto value = line.substr(at + key.size());
            return value.substr(0, value.find_first_of(", "));
        }
    }
    return {};
}

/// Collects the frames of one kind, some hundred in a line.
class packet_out_writer {
public:
    explicit packet_out_writer(std::string frame) : frame_(std::move(frame)) {}

    void send(const numbered_marking& one, unsigned frames) {
        while (frames > 0) {
            if (outputs_ == 0) {
                text_ += fmt::format("packet-out in_port=controller,packet={},actions=push_vlan:0x8100", frame_);
            }
            text_ += fmt::format(",set_field:{}->vlan_vid,set_field:{}->eth_src", tag_is_there | one.where.vlan,
                                 to_string(mark_of(one.number)));
            for (; frames > 0 && outputs_ < outputs_of_a_line; --frames, ++outputs_) {
                text_ += fmt::format(",output:{}", one.where.port);
            }
            if (outputs_ == outputs_of_a_line) {
                end_line();
            }
        }
    }

    std::string take() {
        end_line();
        return std::move(text_);
    }

private:
    void end_line() {
        text_ += outputs_ == 0 ? "" : "\n";
        outputs_ = 0;
    }

    std::string frame_;
    std::string text_;
    std::size_t outputs_ = 0;
};

std::string announcements(std::span<const numbered_marking> marks) {
    std::string text;
    for (const auto& one : marks) {
        for (const auto& frame : {lldp_announcement(one.number), cdp_announcement(one.number)}) {
            packet_out_writer writer(to_hexadecimal(frame));
            writer.send(one, one.frames);
            text += writer.take();
        }
    }
    return text;
}

std::string probes_and_requests(call_kind what, std::span<const numbered_marking> marks) {
    // The source of the tag's frame is set for each; the address within is that of mark 0.
    packet_out_writer probes(to_hexadecimal(arp_probe(mark_of(0))));
    packet_out_writer requests(to_hexadecimal(echo_request(mark_of(0))));
    for (const auto& one : marks) {
        probes.send(one, one.frames);
        if (what == call_kind::question) {
            requests.send(one, one.frames);
        }
    }
    return probes.take() + requests.take();
}

}  // namespace

std::string bundle_to_look(const std::string& name, std::span<const numbered_attachment> where, unsigned lifetime) {
    const auto cookie = cookie_of(name);
    const auto number = number_of(name);
    const auto note = note_of(name);
    auto bundle = delete_line(cookie);
    for (const auto& one : where) {
        bundle += fmt::format(
            "add check_overlap,cookie={0:#x},hard_timeout={1},priority={2},metadata=0/{3:#x},in_port={4},dl_vlan={5},"
            "actions=note:{6},learn(table={7},hard_timeout={1},priority=1,cookie={0:#x},OXM_OF_METADATA[]={3:#x},"
            "NXM_OF_IN_PORT[],NXM_OF_VLAN_TCI[0..12],NXM_OF_ETH_SRC[])\n",
            cookie, lifetime, rule_priority, number, one.port, one.vlan, note, survey_table);
    }
    return bundle;
}

std::vector<std::string> dump_learned_command(const std::string& bridge, const std::string& name, unsigned seconds) {
    return {"ovs-ofctl",
            "-O",
            "OpenFlow13",
            "--no-names",
            fmt::format("--timeout={}", std::max(1U, seconds)),
            "dump-flows",
            bridge,
            fmt::format("table={},cookie={:#x}/-1", survey_table, cookie_of(name))};
}

std::vector<learned_source> parse_learned(std::string_view output) {
    std::vector<learned_source> all;
    for (const auto line : split_lines(output)) {
        const auto port = read_number<std::uint32_t>(value_of(line, "in_port="));
        const auto vlan = read_number<std::uint16_t>(value_of(line, "dl_vlan="));
        const auto source = read_mac(value_of(line, "dl_src="));
        if (port && vlan && source && source->is_of_one()) {
            all.push_back({{*port, *vlan}, *source});
        }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::vector<std::string> packet_out_command(const std::string& bridge, unsigned seconds) {
    return {"ovs-ofctl", "-O", "OpenFlow13", fmt::format("--timeout={}", std::max(1U, seconds)), "bundle", bridge, "-"};
}

std::string packet_outs(call_kind what, std::span<const numbered_marking> marks) {
    return what == call_kind::announce ? announcements(marks) : probes_and_requests(what, marks);
}

std::string bundle_to_end(const std::string& name) {
    return delete_line(cookie_of(name));
}

}  // namespace rollover::crossconnect
