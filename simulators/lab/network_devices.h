// The network devices of a simulated host, as far as shaped joins need them: veth pairs and their qdiscs, by the text
// of iproute2's batches.
#pragma once

#include "engine/runtime/process.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim {

class network_devices {
public:
    bool netem = true;  ///< whether the kernel has it

    /// `ip [-force] -batch -`: link add NAME mtu M type veth peer name NAME mtu M; link set NAME up; link del NAME.
    [[nodiscard]] process_result run_ip(const std::vector<std::string>& arguments, std::string_view input);
    /// `tc -batch -`: qdisc replace dev NAME root handle H: netem|tbf ...; `tc -j qdisc show`.
    [[nodiscard]] process_result run_tc(const std::vector<std::string>& arguments, std::string_view input);

    /// The other end of each veth.
    [[nodiscard]] const std::map<std::string, std::string>& peers() const { return peers_; }
    /// The line that set it, by device.
    [[nodiscard]] const std::map<std::string, std::string>& qdiscs() const { return qdiscs_; }
    void forget_qdisc(const std::string& device) { qdiscs_.erase(device); }

private:
    std::string link(const std::vector<std::string>& words);
    std::string qdisc(const std::vector<std::string>& words, std::string_view line);

    std::map<std::string, std::string> peers_;
    std::map<std::string, std::string> qdiscs_;
};

}  // namespace rollover::sim
