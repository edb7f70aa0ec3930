#include "engine/survey/compare.h"

#include "drivers/crossconnect/prober.h"
#include "engine/base/text.h"
#include "engine/survey/evidence.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::survey {

namespace {

using model::interface_reference;

/// Goes through the interfaces, and fills in what all findings have in common.
class comparing {
public:
    comparing(const model::lab& lab, const observation& o) : lab_(lab), o_(o), of_(lab, o), words_(lab, o) {}

    comparison all() {
        for (const auto& one : o_.interfaces) {
            compare_interface(one);
        }
        settle_dead_ends();
        compare_strangers();
        compare_ports();
        compare_media();
        return std::move(all_);
    }

private:
    void tell(verdict what, source_place place, std::string target, std::string expected, std::string found,
              std::string mend) {
        all_.findings.push_back(
            {what, std::move(place), std::move(target), std::move(expected), std::move(found), std::move(mend)});
    }

    void tell(verdict what, interface_reference who, std::string expected, std::string found, std::string mend) {
        tell(what, lab_.at(who).place, name_of(lab_, who), std::move(expected), std::move(found), std::move(mend));
    }

    void compare_interface(const interface_seen& one) {
        if (!one.says) {
            if (one.says.error().code == errc::device_rejected) {
                tell(verdict::no_interface, one.which, "an interface of this name",
                     "none: " + trimmed_words(one.says.error().device_text),
                     "mend its name in the lab file, or put the module back");
            }
            return;
        }
        const auto& found = of_.places(one.which);
        if (!found.right.empty()) {
            compare_proved(one, found);
        } else if (!found.wrong.empty()) {
            compare_moved(one, found.wrong.front());
        } else if (one.hears.where && of_.is_expected(one.which, *one.hears.where)) {
            all_.proved.push_back(one.which);
            tell(verdict::note, one.which, "",
                 one.hears.named ? "it sees what is announced there; nothing has come from it"
                                 : "it counts what is sent there; nothing has come from it",
                 "");
        } else if (one.hears.where) {
            compare_moved(one, *one.hears.where);
        } else if (!of_.expected(one.which).empty()) {
            compare_unseen(one);
        }
    }

    void compare_proved(const interface_seen& one, const evidence::placing& found) {
        all_.proved.push_back(one.which);
        for (const auto spot : found.wrong) {
            tell(verdict::leak, one.which, "its frames at " + words_.place_of(found.right.front()) + " alone",
                 "also at " + words_.place_of(spot) + ", where " + words_.owner_of(spot) + " should be",
                 "look at the VLANs of the switches: rollover lab audit");
        }
        if (one.hears.asked && !one.hears.heard) {
            tell(verdict::one_way, one.which, "frames in both directions",
                 "what it sends arrives; what is sent to it does not", words_.look_at(found.right.front()));
        }
        for (const auto spot : of_.expected(one.which)) {
            if (o_.seen[spot].what == spot_seen::kind::looked_at && !std::ranges::count(found.right, spot)) {
                dead_ends_.push_back({spot, true});
            }
        }
    }

    void compare_moved(const interface_seen& one, std::size_t to) {
        const auto other = o_.spots[to].whose;
        const auto ring = of_.ring_from(one.which);
        const bool swapped = ring.size() == 2;
        std::string mend;
        if (swapped) {
            mend = "change the two cables over, at one of their ends; or write it into the lab file as it is";
        } else if (ring.size() > 2) {
            mend = "the cables of " + words_.names(ring) + " go round: put each where the lab file has it";
        } else {
            mend = "put its cable where the lab file has it, or write it into the lab file as it is";
        }
        const auto& expected = of_.expected(one.which);
        tell(swapped ? verdict::swapped : verdict::moved, one.which,
             expected.empty() ? words_.elsewhere(one.which) : words_.place_of(expected.front()),
             words_.place_of(to) + ", where " + name_of(lab_, other) + " should be", std::move(mend));
    }

    /// Nothing came from it, nowhere.
    void compare_unseen(const interface_seen& one) {
        const auto& expected = of_.expected(one.which);
        const auto first = std::ranges::find_if(
            expected, [&](std::size_t spot) { return o_.seen[spot].what == spot_seen::kind::looked_at; });
        const auto place = words_.place_of(expected.front());
        if (one.says->disabled) {
            tell(verdict::shut_down, one.which, place, "it is shut down by its configuration",
                 "bring it up, or let its platform file say how: <bring-up> in <interfaces>");
        } else if (one.says->link == false) {
            tell(verdict::no_link, one.which, place, "no link",
                 fmt::format("look for its cable, and whether {} is switched on", words_.port_of(expected.front())));
        } else if (first == expected.end()) {
            not_looked_at(one.which, expected);
        } else if (!one.says->address && !one.hears.asked) {
            tell(verdict::not_proved, one.which, "", "the device tells neither its address nor what it has received",
                 "");
        } else {
            dead_ends_.push_back({*first, false});
        }
    }

    void not_looked_at(interface_reference who, const std::vector<std::size_t>& expected) {
        const auto in_use = std::ranges::find_if(
            expected, [&](std::size_t spot) { return o_.seen[spot].what == spot_seen::kind::in_a_join; });
        if (in_use != expected.end()) {
            tell(verdict::not_proved, who, "", words_.place_of(*in_use) + " was left alone: " + o_.seen[*in_use].why,
                 "");
        }
    }

    /// A place where nothing came from the interface that should be there.
    struct dead_end {
        std::size_t spot = 0;
        bool seen_elsewhere = false;  // over another trunk of its switch
    };

    /// Where nothing comes from a whole trunk, that is the fault, and not each of its interfaces.
    void settle_dead_ends() {
        std::map<const model::trunk*, std::vector<dead_end>> by_trunk;
        for (const auto& one : dead_ends_) {
            by_trunk[o_.spots[one.spot].over].push_back(one);
        }
        for (const auto& one : dead_ends_) {
            const auto& same = by_trunk.at(o_.spots[one.spot].over);
            if (same.size() < 2 || of_.something_came_over(o_.spots[one.spot].over)) {
                dead_interface(one);
            }
        }
        for (const auto& [trunk, ends] : by_trunk) {
            if (ends.size() >= 2 && !of_.something_came_over(trunk)) {
                tell(verdict::dead_trunk, trunk->place, words_.trunk_of(ends.front().spot),
                     fmt::format("frames of {} interfaces with a link", ends.size()), "none of any of them",
                     "look at its cable, and at both of its ports: rollover lab audit");
            }
        }
    }

    void dead_interface(const dead_end& one) {
        const auto who = o_.spots[one.spot].whose;
        const auto& seen = of_.of(who);
        std::string found =
            one.seen_elsewhere ? "nothing came from it over this trunk" : "a link, but nothing came from it";
        if (seen.hears.asked && !seen.hears.heard) {
            found += ", and it has counted nothing of what was sent to it";
        }
        if (const auto left = of_.places_left_alone(); left > 0 && !one.seen_elsewhere) {
            found += fmt::format(" ({} places in use were not looked at)", left);
        }
        tell(verdict::dead, who, words_.place_of(one.spot), std::move(found), words_.look_at(one.spot));
    }

    void compare_strangers() {
        for (std::size_t spot = 0; spot < o_.spots.size(); ++spot) {
            if (!of_.answered(o_.spots[spot].whose)) {
                continue;  // its device was not asked: they may be its own
            }
            for (const auto& source : o_.seen[spot].sources) {
                if (const auto mark = crossconnect::number_of_mark(source)) {
                    compare_mark(spot, *mark);
                } else if (!of_.is_known(source)) {
                    compare_stranger(spot, source);
                }
            }
        }
    }

    void compare_mark(std::size_t spot, unsigned mark) {
        const auto towards = spot_with_mark(o_, mark);
        if (!towards) {
            return;  // of another survey
        }
        const auto here = o_.spots[spot].whose;
        const auto there = o_.spots[*towards].whose;
        if (here.device == there.device && spot != *towards) {
            if (bridging_.insert(here.device).second) {
                tell(verdict::note, lab_.at(here.device).place, lab_.at(here.device).name, "",
                     "it bridges between its interfaces", "");
            }
        } else {
            tell(verdict::leak, here, "none of the frames that are sent towards " + words_.place_of(*towards),
                 spot == *towards ? "they come back" : "they come out at " + words_.place_of(spot),
                 "look at the VLANs of the switches (rollover lab audit), and for a cable between two of their ports");
        }
    }

    void compare_stranger(std::size_t spot, const mac_address& source) {
        const auto who = o_.spots[spot].whose;
        const auto found = "somebody with the address " + to_string(source) + " at " + words_.place_of(spot);
        if (std::ranges::count(of_.places(who).right, spot) != 0) {
            tell(verdict::note, who, "", "beside it is " + found, "");
        } else {
            tell(verdict::unexpected, who, "nobody else at " + words_.place_of(spot), found,
                 "follow the cable of " + words_.port_of(spot));
        }
    }

    /// Trunks whose port the cross-connect does not have, once for each.
    void compare_ports() {
        std::set<const model::trunk*> told;
        for (std::size_t spot = 0; spot < o_.spots.size(); ++spot) {
            if (o_.seen[spot].what == spot_seen::kind::no_port && told.insert(o_.spots[spot].over).second) {
                tell(verdict::no_trunk, o_.spots[spot].over->place, words_.trunk_of(spot),
                     "a port of cross-connect " + lab_.at(o_.spots[spot].cross_connect).name, o_.seen[spot].why,
                     "look at the cross-connect: rollover lab audit");
            }
        }
    }

    void compare_media() {
        for (const auto& wire : lab_.wires) {
            compare_medium(wire, "wire");
        }
        for (const auto& segment : lab_.segments) {
            compare_medium(segment, "segment");
        }
    }

    /// No cross-connect reaches a wire: only that there is no link can be told.
    void compare_medium(const model::fixed_medium& medium, std::string_view kind) {
        bool any = false;
        for (const auto end : medium.ends) {
            if (!of_.answered(end) || !of_.places(end).wrong.empty()) {
                continue;
            }
            const auto& says = *of_.of(end).says;
            if (says.link == false && !says.disabled) {
                tell(verdict::no_link, medium.place, name_of(lab_, end), words_.elsewhere(end), "no link",
                     "look for its cable, and whether what is at its other end is switched on");
            } else {
                any = true;
            }
        }
        if (any) {
            tell(verdict::not_proved, medium.place, fmt::format("{} {}", kind, medium.name), "",
                 "no cross-connect reaches it: what is at its ends cannot be proved", "");
        }
    }

    static std::string trimmed_words(const std::string& text) {
        for (const auto line : split_lines(text)) {
            if (!trim(line).empty()) {
                return std::string(trim(line));
            }
        }
        return "the device says so";
    }

    const model::lab& lab_;
    const observation& o_;
    evidence of_;
    place_words words_;
    std::vector<dead_end> dead_ends_;
    std::set<model::device_index> bridging_;
    comparison all_;
};

}  // namespace

std::string_view name_of(verdict v) noexcept {
    switch (v) {
        case verdict::swapped: return "swapped";
        case verdict::moved: return "moved";
        case verdict::dead: return "dead";
        case verdict::one_way: return "one-way";
        case verdict::no_link: return "no-link";
        case verdict::shut_down: return "shut-down";
        case verdict::no_interface: return "no-interface";
        case verdict::dead_trunk: return "dead-trunk";
        case verdict::no_trunk: return "no-trunk";
        case verdict::leak: return "leak";
        case verdict::unexpected: return "unexpected";
        case verdict::not_proved: return "not-proved";
        case verdict::note: break;
    }
    return "note";
}

std::string to_string(const finding& f) {
    const std::string where = to_string(f.place) + ": " + f.target;
    std::string text;
    if (!f.is_difference()) {
        text = fmt::format("{}: {}: {}", where, f.what == verdict::note ? "note" : "not proved", f.found);
    } else {
        text = fmt::format("{}: expected {}, found {}", where, f.expected, f.found);
    }
    return printable(text + (f.mend.empty() ? "" : "; mend: " + f.mend));
}

comparison compare(const model::lab& lab, const observation& seen) {
    return comparing(lab, seen).all();
}

}  // namespace rollover::survey
