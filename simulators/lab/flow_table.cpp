#include "simulators/lab/flow_table.h"

#include <algorithm>
#include <tuple>

namespace rollover::sim {

namespace {

bool selected(const flow_request& by, const flow& f) {
    if (((f.cookie ^ by.rule.cookie) & by.cookie_mask) != 0 ||
        (by.table && *by.table != 0xff && *by.table != f.table)) {
        return false;
    }
    const flow_match& wanted = by.rule.match;
    if (by.what == flow_request::verb::remove_strict) {
        return f.priority == by.rule.priority && f.match == wanted;
    }
    const bool metadata = (wanted.metadata_mask & ~f.match.metadata_mask) == 0 &&
                          ((wanted.metadata ^ f.match.metadata) & wanted.metadata_mask) == 0;
    return metadata && (!wanted.in_port || wanted.in_port == f.match.in_port) &&
           (!wanted.vlan || wanted.vlan == f.match.vlan) && (!wanted.vni || wanted.vni == f.match.vni);
}

const flow* best(const std::vector<flow>& rules, tagged_frame in) {
    const flow* found = nullptr;
    for (const flow& f : rules) {
        const bool matches = f.table == 0 && f.match.metadata == 0 &&
                             (!f.match.in_port || *f.match.in_port == in.port) &&
                             (!f.match.vlan || *f.match.vlan == in.vlan) && (!f.match.vni || *f.match.vni == in.vni);
        if (matches && (found == nullptr || f.priority > found->priority)) {
            found = &f;
        }
    }
    return found;
}

/// Whether one frame could match both, and neither replaces the other. Source: OpenFlow 1.3.5 section 6.4, "overlap".
bool overlap(const flow& a, const flow& b) {
    const auto both = [](const auto& x, const auto& y) { return !x || !y || *x == *y; };
    const std::uint64_t common = a.match.metadata_mask & b.match.metadata_mask;
    return a.table == b.table && a.priority == b.priority && !(a.match == b.match) &&
           both(a.match.in_port, b.match.in_port) && both(a.match.vlan, b.match.vlan) &&
           both(a.match.vni, b.match.vni) && ((a.match.metadata ^ b.match.metadata) & common) == 0;
}

}  // namespace

result<void> flow_table::apply_one(const flow_request& request) {
    if (request.what != flow_request::verb::add) {
        std::erase_if(rules_, [&request](const flow& f) { return selected(request, f); });
        return {};
    }
    for (const flow_action& a : request.rule.actions) {
        if (a.what == flow_action::kind::set_vlan && (a.value & no_presence_bit) != 0) {
            return failure(errc::refused, "OFPBAC_BAD_SET_ARGUMENT");
        }
    }
    const auto meets = [&request](const flow& f) { return overlap(f, request.rule); };
    if (request.rule.checks_overlap && std::any_of(rules_.begin(), rules_.end(), meets)) {
        return failure(errc::refused, "OFPFMFC_OVERLAP");
    }
    const auto same = [&request](const flow& f) {
        return f.table == request.rule.table && f.priority == request.rule.priority && f.match == request.rule.match;
    };
    const auto old = std::find_if(rules_.begin(), rules_.end(), same);
    if (old != rules_.end()) {
        *old = request.rule;
    } else {
        rules_.push_back(request.rule);
    }
    return {};
}

result<void> flow_table::apply(std::span<const flow_request> requests, bool atomic, std::size_t& refused) {
    const std::vector<flow> before = atomic ? rules_ : std::vector<flow>();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto done = apply_one(requests[i]);
        if (!done) {
            refused = i;
            if (atomic) {
                rules_ = before;
            }
            return done.error();
        }
    }
    return {};
}

std::vector<flow> flow_table::select(const flow_request& filter) const {
    std::vector<const flow*> chosen;
    for (const flow& f : rules_) {
        if (selected(filter, f)) {
            chosen.push_back(&f);
        }
    }
    std::sort(chosen.begin(), chosen.end(), [](const flow* a, const flow* b) {
        return std::tuple(a->table, -a->priority, a) < std::tuple(b->table, -b->priority, b);  // the address is the age
    });
    std::vector<flow> out;
    for (const flow* f : chosen) {
        out.push_back(*f);
    }
    return out;
}

std::vector<tagged_frame> flow_table::process(tagged_frame in, std::span<const std::uint16_t> ports) const {
    using kind = flow_action::kind;
    std::vector<tagged_frame> out;
    const flow* rule = best(rules_, in);
    if (rule == nullptr) {
        return out;
    }
    std::uint16_t vlan = in.vlan;
    std::uint32_t vni = in.vni;
    const auto send = [&out, &ports, &vni](std::uint16_t port, std::uint16_t with_vlan) {
        if (std::find(ports.begin(), ports.end(), port) != ports.end()) {
            out.push_back({port, with_vlan, with_vlan == 0 ? vni : 0});
        }
    };
    for (const flow_action& a : rule->actions) {
        switch (a.what) {
            case kind::set_vlan: vlan = a.value; break;
            case kind::strip_vlan: vlan = 0; break;
            case kind::set_tunnel: vni = a.vni; break;
            case kind::push_vlan:
            case kind::note: break;
            case kind::in_port: send(in.port, vlan); break;
            case kind::output:
                if (a.value != in.port) {  // OpenFlow: back to where it came from only by IN_PORT
                    send(a.value, vlan);
                }
                break;
            case kind::flood:
            case kind::normal:
                for (const std::uint16_t port : ports) {
                    if (port != in.port) {
                        send(port, vlan);
                    }
                }
                break;
        }
    }
    return out;
}

}  // namespace rollover::sim
