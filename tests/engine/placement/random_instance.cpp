#include "tests/engine/placement/random_instance.h"

#include "tests/engine/placement/lab_builder.h"

#include <random>

namespace rollover::placement {

namespace {

class maker {
public:
    explicit maker(std::uint64_t seed, bool interlinked = false)
        : engine_(seed), alike_(seed % 3 == 0), interlinked_(interlinked) {}

    instance make() {
        cross_connects_ = interlinked_ ? 2 + below(3) : alike_ ? 1 + below(2) : below(3);
        for (std::size_t x = 0; x < cross_connects_; ++x) {
            lab_.cross_connect("xc" + std::to_string(x), site());
        }
        if (cross_connects_ >= 2 && chance(50)) {
            lab_.lab_switch("both", {"xc0", "xc1"});
        }
        if (interlinked_) {
            interlinks();
        }
        devices();
        media();
        nodes();
        links();
        limits();
        instance made{lab_.lab, top_.topology, {}, {}};
        for (std::uint32_t d = 0; d < made.lab.devices.size(); ++d) {
            if (chance(8)) {
                made.unavailable.insert({d});
            }
        }
        for (std::uint32_t s = 0; s < made.lab.segments.size(); ++s) {
            if (chance(15)) {
                made.unavailable_segments[s] = "in use";
            }
        }
        return made;
    }

private:
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
    bool chance(std::size_t percent) { return below(100) < percent; }
    std::string site() { return chance(70) ? "main" : "east"; }
    model::interface_type type() {
        return chance(alike_ ? 3 : 12) ? model::interface_type::serial : model::interface_type::ethernet;
    }

    void interlinks() {
        if (cross_connects_ > 2 && chance(50)) {
            lab_.lab_switch("last and first", {"xc" + std::to_string(cross_connects_ - 1), "xc0"});
        }
        for (std::size_t a = 0; a < cross_connects_; ++a) {
            for (std::size_t b = a + 1; b < cross_connects_; ++b) {
                if (!chance(75)) {
                    continue;
                }
                const bool turned = chance(50);
                lab_.interlink("i" + std::to_string(a) + std::to_string(b), "xc" + std::to_string(turned ? b : a),
                               "xc" + std::to_string(turned ? a : b),
                               static_cast<std::uint32_t>(chance(40) ? 0 : 1000 * below(4)));
            }
        }
    }

    void devices() {
        static const std::vector<std::string> features{"", "ipsec", "ospf", "ipsec ospf"};
        const std::size_t count = 2 + below(5);
        for (std::size_t d = 0; d < count; ++d) {
            const std::string name = "r" + std::to_string(d);
            lab_.device(name, chance(70) ? "ios" : "frr", features[alike_ ? 3 * below(2) : below(4)],
                        alike_ ? "main" : site(), alike_ || chance(50) ? "m1" : "m2");
            const std::size_t interfaces = alike_ ? 2 : below(5);
            for (std::size_t i = 0; i < interfaces; ++i) {
                const bool cabled = alike_ || (!lab_.lab.switches.empty() && chance(interlinked_ ? 90 : 50));
                lab_.interface(name, "e" + std::to_string(i),
                               cabled ? lab_.lab.switches[below(lab_.lab.switches.size())].name : "", type());
                if (chance(40)) {
                    lab_.line(name);
                }
                all_.push_back(name + " e" + std::to_string(i));
            }
        }
    }

    /// In a third of the instances: capacities, speeds, what passes, trunks that take little, converters with few.
    void limits() {
        if (!chance(35)) {
            return;
        }
        model::lab& lab = lab_.lab;
        static const std::vector<std::uint32_t> speeds{0, 100, 1000, 10000};
        for (model::device& d : lab.devices) {
            d.console.line.converter = {static_cast<std::uint32_t>(below(2))};
            if (chance(60)) {
                d.capacities.push_back({"gb", static_cast<std::uint32_t>(1 + below(3))});
            }
            for (model::interface& i : d.interfaces) {
                i.speed = speeds[below(speeds.size())];
            }
        }
        for (const char* name : {"cs0", "cs1"}) {
            model::converter c;
            c.name = name;
            c.most_devices = static_cast<std::uint32_t>(below(4));
            lab.converters.push_back(c);
        }
        for (model::lab_switch& s : lab.switches) {
            s.passes = passes();
            s.passes.add(model::traffic::shaped);
            for (model::trunk& t : s.trunks) {
                t.capacity = static_cast<std::uint32_t>(below(5)) * 1000;
            }
        }
        for (model::cross_connect& x : lab.cross_connects) {
            x.passes = passes();
            if (chance(60)) {
                x.passes.add(model::traffic::shaped);
            }
        }
        for (model::interlink& i : lab.interlinks) {
            i.passes = passes();
            i.passes.add(model::traffic::shaped);
            i.capacity = static_cast<std::uint32_t>(below(5) * (chance(50) ? 1000 : 700));
        }
        for (model::fixed_medium& s : lab.segments) {
            s.passes = passes();
        }
        for (model::link& l : top_.topology.links) {
            l.speed = chance(25) ? speeds[1 + below(2)] : 0;
            if (chance(20)) {
                l.needs.add(chance(50) ? model::traffic::lacp : model::traffic::lldp);
            }
            if (interlinked_ && chance(15)) {
                l.needs.add(chance(50) ? model::traffic::jumbo : model::traffic::shaped);
                l.via = model::link_via::cross_connect;
            }
        }
        for (model::node& n : top_.topology.nodes) {
            if (chance(25)) {
                n.requirements.push_back({model::requirement::kind::capacity, "gb", {}, place(), 2});
            }
            if (chance(20)) {
                n.requirements.push_back({model::requirement::kind::not_device, "r0", {}, place(), 0});
            }
        }
    }

    source_place place() { return {"t.xml", next_line_++, 1}; }

    model::traffic_set passes() {
        auto all = model::traffic_set::all();
        return chance(30) ? model::traffic_set{static_cast<std::uint8_t>(below(64))} : all;
    }

    std::string any_interface() { return all_[below(all_.size())]; }

    void media() {
        if (all_.size() < 2 || (alike_ && chance(80)) || (interlinked_ && chance(70))) {
            return;
        }
        const std::size_t wires = below(6);
        for (std::size_t w = 0; w < wires; ++w) {  // an interface may be on several media: harder than real labs
            const std::string a = any_interface();
            const std::string b = any_interface();
            if (a != b) {
                lab_.wire(a, b);
            }
        }
        const std::size_t segments = below(3);
        for (std::size_t s = 0; s < segments; ++s) {
            std::set<std::string> ends;
            const std::size_t size = 2 + below(5);
            while (ends.size() < std::min(size, all_.size())) {
                ends.insert(any_interface());
            }
            lab_.segment({ends.begin(), ends.end()});
        }
    }

    void nodes() {
        static const std::vector<std::string> known{"platform ios", "platform frr", "feature ipsec", "feature ospf",
                                                    "model m1",     "site main",    "site east",     "device r0",
                                                    "device r1",    "feature bgp",  "device r9"};
        const std::size_t count = 1 + below(4);
        for (std::size_t n = 0; n < count; ++n) {
            std::string requirements;
            while (chance(30)) {
                // the last three are rarely or never met, so they come rarely
                requirements += known[below(chance(10) ? known.size() : known.size() - 3)] + ",";
            }
            if (n > 0 && chance(25)) {
                requirements += (chance(50) ? "same n" : "different n") + std::to_string(below(n)) + ",";
            }
            top_.node("n" + std::to_string(n), requirements);
        }
        if (chance(2)) {
            top_.topology.nodes[0].requirements.push_back(
                {model::requirement::kind::different_site_from, "n0", {0}, {}});
        }
    }

    void links() {
        static const std::vector<model::link_via> vias{
            model::link_via::any,           model::link_via::any,  model::link_via::any,     model::link_via::any,
            model::link_via::cross_connect, model::link_via::wire, model::link_via::segment, model::link_via::patch};
        const std::size_t nodes = top_.topology.nodes.size();
        const std::size_t count = nodes < 2 ? 0 : below(5);
        for (std::size_t l = 0; l < count; ++l) {
            std::set<std::size_t> at;
            const std::size_t ends = chance(75) ? 2 : 2 + below(nodes - 1);
            while (at.size() < ends) {
                at.insert(below(nodes));
            }
            std::vector<std::string> texts;
            for (const std::size_t n : at) {
                texts.push_back("n" + std::to_string(n) + (chance(12) ? " e" + std::to_string(below(3)) : ""));
            }
            if (chance(50)) {
                std::swap(texts.front(), texts.back());
            }
            top_.link("l" + std::to_string(l), texts, vias[below(vias.size())], type());
        }
    }

    std::mt19937_64 engine_;
    bool alike_;        ///< devices that can stand in for each other, on cross-connects only
    bool interlinked_;  ///< cross-connects with interlinks between them
    lab_builder lab_;
    topology_builder top_;
    std::size_t cross_connects_ = 0;
    std::vector<std::string> all_;
    std::uint32_t next_line_ = 1000;
};

}  // namespace

instance random_instance(std::uint64_t seed) {
    return maker(seed).make();
}

instance random_instance_with_interlinks(std::uint64_t seed) {
    return maker(seed, true).make();
}

}  // namespace rollover::placement
