#include "engine/audit/interlinks.h"

#include "drivers/crossconnect/path.h"

#include <fmt/format.h>

namespace rollover::audit {

namespace {

using namespace std::chrono_literals;

constexpr duration longest_try = 1min;  // for one interlink; the others are tried all the same

crossconnect::tunnel tunnel_over(const model::interlink& by, std::size_t here) {
    crossconnect::tunnel over;
    over.local = by.ends.at(here).address;
    over.remote = by.ends.at(1 - here).address;
    over.vni = by.vni;
    over.port = by.port;
    over.mtu = by.mtu;
    return over;
}

}  // namespace

task<result<void>> audit_interlinks(activation::environment& env, crossconnect::address where,
                                    cross_connect_findings& all, time_point deadline) {
    for (const auto& by : all.lab().interlinks) {
        const bool first = by.ends[0].cross_connect == all.which();
        if (!first && by.ends[1].cross_connect != all.which()) {
            continue;
        }
        const auto limit = std::min(deadline, env.rt.now() + longest_try);
        const auto passes = co_await crossconnect::check_path(env.rt, where, tunnel_over(by, first ? 0 : 1), limit);
        if (passes) {
            continue;
        }
        const failure& no = passes.error();
        const auto expected = fmt::format("packets of {} bytes pass on interlink {} to {}", by.mtu, by.name,
                                          all.lab().at(by.ends.at(first ? 1 : 0).cross_connect).name);
        const auto found = no.hint.empty() ? no.reason : no.reason + "; " + no.hint;
        if (no.code == errc::refused || no.code == errc::unreachable || no.code == errc::timed_out) {
            all.tell(by.place, "", expected, found, {});
        } else if (no.code == errc::unsupported) {
            all.note(fmt::format("interlink {} was not tried: {}", by.name, found));
        } else {
            co_return no;
        }
    }
    co_return result<void>();
}

}  // namespace rollover::audit
