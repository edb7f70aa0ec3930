#include "engine/audit/switch_reading.h"

#include "drivers/crossconnect/tool.h"
#include "engine/activation/addresses.h"
#include "engine/activation/visit.h"

#include <fmt/format.h>

namespace rollover::audit {

namespace {

using answers = std::vector<std::string>;

task<result<answers>> ask_tools(activation::environment& env, crossconnect::address where,
                                std::vector<switches::question> questions, time_point deadline) {
    auto host = co_await crossconnect::open_host(env.rt, std::move(where), deadline);
    if (!host) {
        co_return host.error();
    }
    auto all = co_await ask_tools_on(**host, std::move(questions), deadline);
    co_return all;
}

task<result<answers>> ask_at_home(platform::session& session, std::vector<switches::question> questions,
                                  time_point deadline) {
    const auto home = co_await session.bring_home(deadline);
    if (!home) {
        co_return home.error();
    }
    answers all;
    for (const auto& one : questions) {
        auto answer = co_await session.run(one.words.front(), deadline);
        if (!answer && !(one.may_be_refused && answer.error().code == errc::device_rejected)) {
            co_return answer.error();
        }
        all.push_back(answer ? std::move(*answer) : std::string());
    }
    const auto left = co_await session.hand_over(deadline);
    if (!left) {
        co_return left.error();
    }
    co_return all;
}

task<result<answers>> ask_session(activation::environment& env, const model::lab& reach, const model::device& device,
                                  std::vector<switches::question> questions, time_point deadline) {
    activation::visit one(env, reach, device, "");
    result<answers> all;
    const auto opened = co_await one.open(deadline);
    if (opened) {
        all = co_await ask_at_home(one.session(), std::move(questions), deadline);
    } else {
        all = opened.error();
    }
    co_await one.close();
    co_return all;
}

/// The host of an Open vSwitch, as the driver of the cross-connects takes it.
result<crossconnect::address> tools_of(const model::lab& lab, const model::lab_switch& s) {
    model::cross_connect like;
    like.name = s.name;
    like.host = s.host;
    like.port = s.port;
    like.bridge = s.name;
    like.login = s.login;
    like.known_hosts = s.known_hosts;
    like.ovs_run_dir = s.ovs_run_dir;
    return activation::address_of(lab, like);
}

/// What the visit calls a device is a switch.
failure named(failure f, const model::lab& lab, const model::lab_switch& s) {
    const std::string way = s.console         ? fmt::format(" (line {})", name_of(lab, s.console->line))
                            : !s.host.empty() ? fmt::format(" (SSH to {}:{})", s.host, s.port)
                                              : std::string();
    if (f.where.empty() || f.where.starts_with("device ")) {
        f.where = fmt::format("switch {}{}", s.name, way);
    }
    return f;
}

}  // namespace

task<result<std::vector<std::string>>> ask_tools_on(crossconnect::host& host, std::vector<switches::question> questions,
                                                    time_point deadline) {
    answers all;
    for (auto& one : questions) {
        auto answer = co_await crossconnect::run_tool(host, std::move(one.words), "", deadline);
        if (!answer) {
            co_return answer.error();
        }
        all.push_back(std::move(*answer));
    }
    co_return all;
}

model::lab switches_as_devices(const model::lab& lab) {
    model::lab reach;
    reach.name = lab.name;
    reach.file = lab.file;
    reach.sites = lab.sites;
    reach.credentials = lab.credentials;
    reach.converters = lab.converters;
    for (const auto& s : lab.switches) {
        model::device d;
        d.name = s.name;
        d.site = s.site;
        d.platform = s.platform;
        d.place = s.place;
        if (s.console) {
            d.console = *s.console;
        } else if (!s.host.empty()) {
            model::converter ssh;
            ssh.name = s.name;
            ssh.site = s.site;
            ssh.protocol = model::line_protocol::ssh;
            ssh.host = s.host;
            ssh.login = s.login;
            ssh.known_hosts = s.known_hosts;
            ssh.old_ssh = s.old_ssh;
            ssh.place = s.place;
            model::converter_line line;
            line.number = "ssh";
            line.port = s.port;
            line.place = s.place;
            ssh.lines.push_back(std::move(line));
            d.console.line = {{static_cast<std::uint32_t>(reach.converters.size())}, 0};
            d.console.char_delay = d.console.line_delay = duration::zero();  // no serial line is behind it
            d.console.login = s.login;
            d.console.place = s.place;
            reach.converters.push_back(std::move(ssh));
        }
        reach.devices.push_back(std::move(d));
    }
    return reach;
}

task<result<switches::switch_state>> read_switch(activation::environment& env, const model::lab& lab,
                                                 const model::lab& reach, model::switch_index which,
                                                 const switches::dialect& how, time_point deadline) {
    const model::lab_switch& s = lab.at(which);
    result<answers> all;
    if (s.platform == "openvswitch") {
        auto where = tools_of(lab, s);
        if (!where) {
            co_return std::move(where).error();
        }
        all = co_await ask_tools(env, std::move(*where), how.questions(), deadline);
    } else if (s.console || !s.host.empty()) {
        all = co_await ask_session(env, reach, reach.devices[which.value], how.questions(), deadline);
    } else {
        co_return failure(errc::bad_input,
                          fmt::format("switch {} cannot be read: the lab file does not say how", s.name))
            .at(to_string(s.place))
            .advise(
                "give it a <console line=\"CONVERTER/NUMBER\" login=\"...\"/>, or host, login and known-hosts for SSH");
    }
    if (!all) {
        co_return named(all.error(), lab, s);
    }
    auto state = how.read(*all, s.name);
    if (!state) {
        co_return named(state.error(), lab, s);
    }
    co_return state;
}

}  // namespace rollover::audit
