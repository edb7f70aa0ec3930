#include "tests/year/checker/joins.h"

#include <map>
#include <sstream>

namespace checker {

namespace {

int number_behind(const std::string& line, const std::string& words, std::size_t& at) {
    at = line.find(words, at);
    if (at == std::string::npos) {
        return -1;
    }
    at += words.size();
    return std::stoi(line.substr(at));
}

}  // namespace

std::vector<std::set<int>> joined_vlans(const std::string& flows) {
    std::map<int, int> next;  // towards the VLAN that stands for its group
    const auto root = [&next](int vlan) {
        for (next.try_emplace(vlan, vlan); next[vlan] != vlan;) {
            vlan = next[vlan];
        }
        return vlan;
    };
    std::istringstream lines(flows);
    for (std::string line; std::getline(lines, line);) {
        std::size_t at = 0;
        const int from = number_behind(line, "dl_vlan=", at);
        if (from < 0) {
            continue;
        }
        constexpr int present = 4096;  // OpenFlow sets it in every VLAN that there is
        for (int to = number_behind(line, "set_field:", at); to >= 0; to = number_behind(line, "set_field:", at)) {
            next[root(from)] = root(to - present);
        }
    }
    std::map<int, std::set<int>> groups;
    for (const auto& [vlan, towards] : std::map<int, int>(next)) {
        groups[root(vlan)].insert(vlan);
    }
    std::vector<std::set<int>> out;
    for (auto& [stands, group] : groups) {
        out.push_back(std::move(group));
    }
    return out;
}

}  // namespace checker
