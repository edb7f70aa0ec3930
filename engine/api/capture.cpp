// engine::capture: what passes on a link of an activation, as a file for Wireshark.
#include "drivers/crossconnect/capture.h"

#include "drivers/crossconnect/pcapng_writer.h"
#include "engine/activation/addresses.h"
#include "engine/activation/joins.h"
#include "engine/activation/together.h"
#include "engine/api/call.h"
#include "engine/api/implementation.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/plan/read_joins.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover {

using namespace api;

namespace {

constexpr auto time_to_begin = std::chrono::seconds(60);

/// One cross-connect that the link has ends on, and where its ends stand in the file.
struct listening {
    std::unique_ptr<crossconnect::capture> at;
    std::size_t first_end = 0;
    std::string place;  ///< "cross-connect xc1"
};

/// Writes what is captured, and counts it.
class capture_file {
public:
    capture_file(std::ostream& to, capture_report& report, std::uint64_t most, activation::stop_switch& stop)
        : to_(to), report_(report), most_(most), stop_(stop) {}

    void begin(const std::string& comment) {
        std::vector<std::string> names;
        for (const auto& end : report_.ends) {
            names.push_back(end.end);
        }
        to_ << crossconnect::pcapng_header(comment, names);
        to_.flush();
    }

    void take(std::size_t end, const crossconnect::captured_frame& frame) {
        if (has_enough()) {
            return;
        }
        to_ << crossconnect::pcapng_frame(static_cast<std::uint32_t>(end), frame);
        to_.flush();
        ++report_.frames;
        ++report_.ends[end].frames;
        if (has_enough() || !to_) {
            stop_.request();
        }
    }

    [[nodiscard]] bool has_enough() const { return most_ != 0 && report_.frames >= most_; }

private:
    std::ostream& to_;
    capture_report& report_;
    std::uint64_t most_;
    activation::stop_switch& stop_;
};

/// The activation that is ready and has the link; `wanted` is its name, or ACTIVATION/LINK.
task<result<activation::summary>> find_link(call& c, std::string lab, std::string wanted) {
    const auto slash = wanted.find('/');
    const std::string id = slash == std::string::npos ? std::string() : wanted.substr(0, slash);
    const auto all = co_await c.journal().list();
    if (!all) {
        co_return all.error();
    }
    std::vector<activation::summary> ready;
    for (const auto& about : *all) {
        const auto records = co_await c.journal().read(about.id);
        if (!records) {
            co_return records.error();
        }
        const bool is_asked = about.lab == lab && (id.empty() || about.id == id);
        if (is_asked && activation::stand(*records).phase == activation::phase::ready) {
            ready.push_back(about);
        }
    }
    if (ready.size() == 1) {
        co_return ready.front();
    }
    if (ready.empty()) {
        co_return failure(errc::not_found, id.empty()
                                               ? "no activation of lab " + lab + " is ready"
                                               : "there is no activation " + id + " of lab " + lab + " that is ready")
            .advise("rollover status lists them");
    }
    co_return failure(errc::bad_input,
                      fmt::format("{} activations are ready, so {} is not one link", ready.size(), wanted))
        .advise("name the activation too: " + ready.front().id + "/" + wanted);
}

result<std::vector<plan::planned_join>> joins_of_link(const model::lab& lab, const activation::summary& about,
                                                      const std::string& link) {
    auto joins = plan::read_joins(lab, about.plan);
    if (!joins) {
        return joins.error();
    }
    std::vector<std::string> names;
    for (const auto& one : *joins) {
        names.push_back(one.link);
    }
    std::erase_if(*joins, [&](const plan::planned_join& one) { return one.link != link; });
    if (joins->empty()) {
        return failure(errc::not_found, fmt::format("activation {} has no link {} on a cross-connect", about.id, link))
            .advise("what wires and segments carry cannot be captured; " +
                    (names.empty() ? "it has no other links" : "it has " + join(names, ", ")));
    }
    return joins;
}

result<std::vector<listening>> listenings(call& c, const model::lab& lab, const std::vector<plan::planned_join>& joins,
                                          const std::string& id, capture_report& report) {
    std::vector<listening> all;
    for (const auto& planned : joins) {
        const auto& host = lab.at(planned.cross_connect);
        auto address = activation::address_of(lab, host);
        if (!address) {
            return std::move(address).error().at("cross-connect " + host.name);
        }
        auto wanted = activation::joins_of({planned}, id).begin()->second.front();
        all.push_back({crossconnect::make_capture(c.rt(), std::move(*address), std::move(wanted)), report.ends.size(),
                       "cross-connect " + host.name});
        for (const auto& m : planned.members) {
            report.ends.push_back({model::name_of(lab, m.interface), 0});
        }
    }
    return all;
}

task<result<void>> begin_one(call& c, listening& one) {
    auto begun = co_await one.at->begin(c.rt().now() + time_to_begin);
    if (!begun) {
        co_return std::move(begun).error().at(one.place);
    }
    co_return begun;
}

/// `time` counts from when all is made that is needed to listen; zero: without an end.
task<result<void>> run_one(call& c, listening& one, capture_file& file, duration time) {
    const auto until = time > duration::zero() ? c.rt().now() + time : never;
    crossconnect::frame_sink sink = [&](std::size_t member, const crossconnect::captured_frame& frame) {
        file.take(one.first_end + member, frame);
    };
    auto ran = co_await one.at->run(std::move(sink), until);
    if (!ran) {
        co_return std::move(ran).error().at(one.place);
    }
    co_return ran;
}

task<result<void>> end_one(call& c, listening& one) {
    auto ended = co_await one.at->end(c.rt().now() + time_to_begin);
    if (!ended) {
        co_return std::move(ended).error().at(one.place);
    }
    co_return ended;
}

void take_failures(const activation::phase_result& done, capture_report& report) {
    for (const auto& one : done.failures) {
        report.problems.push_back(problem_of(one));
    }
}

task<void> capture_root(call& c, const input& in, std::string wanted, capture_limits limits, std::ostream& to,
                        capture_report& report) {
    const auto about = co_await find_link(c, in.lab->name, wanted);
    if (!about) {
        report.problems.push_back(problem_of(about.error()));
        co_return;
    }
    const std::string link = wanted.substr(wanted.find('/') + 1);
    const auto joins = joins_of_link(*in.lab, *about, link);
    if (!joins) {
        report.problems.push_back(problem_of(joins.error()));
        co_return;
    }
    auto all = listenings(c, *in.lab, *joins, about->id, report);
    if (!all) {
        report.problems.push_back(problem_of(all.error()));
        co_return;
    }
    report.how = answer::failed;
    using activation::on_stop;
    std::vector<task<result<void>>> begins;
    std::vector<task<result<void>>> runs;
    std::vector<task<result<void>>> ends;
    capture_file file(to, report, limits.frames, c.stop());
    for (listening& one : *all) {
        begins.push_back(begin_one(c, one));
        runs.push_back(run_one(c, one, file, limits.time));
        ends.push_back(end_one(c, one));
    }
    auto done =
        co_await activation::run_together(c.rt(), std::move(begins), c.stop(), on_stop::end_at_first, false, never);
    if (done.ok()) {
        file.begin(fmt::format("link {} of activation {}, topology {}, lab {}", link, about->id, about->topology,
                               in.lab->name));
        // A stop is how most of them end.
        done =
            co_await activation::run_together(c.rt(), std::move(runs), c.stop(), on_stop::end_at_first, false, never);
        done.stopped = false;
    }
    take_failures(done, report);
    const auto cleaned =
        co_await activation::run_together(c.rt(), std::move(ends), c.stop(), on_stop::end_at_second, true, never);
    take_failures(cleaned, report);
    if (!to) {
        report.problems.push_back({"io", "the capture could not be written: the disk is full, or its reader has gone"});
    }
    report.how = done.stopped ? answer::stopped : report.problems.empty() ? answer::done : answer::failed;
}

}  // namespace

capture_report engine::capture(const std::string& link, std::ostream& to, const capture_limits& limits,
                               const call_options& how) {
    capture_report report;
    report.how = answer::bad_input;
    const auto nowhere = implementation_->missing_state();
    if (nowhere) {
        report.problems.push_back(*nowhere);
        return report;
    }
    const auto slash = link.find('/');
    const std::string id = slash == std::string::npos ? std::string() : link.substr(0, slash);
    call c(how, &implementation_->options);
    const auto in = implementation_->read_lab_of(c, id, report.problems);
    if (in) {
        c.run(capture_root(c, *in, link, limits, to, report));
    }
    return report;
}

}  // namespace rollover
