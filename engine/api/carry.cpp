#include "engine/api/carry.h"

#include "engine/activation/patch_host.h"
#include "engine/activation/patch_report.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/plan/read_patches.h"
#include "engine/runtime/real_runtime.h"
#include "engine/store/patch_files.h"
#include "engine/store/process_lock.h"
#include "engine/store/stored_journal.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fstream>

namespace rollover::api {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

/// Less than `limits::patches` gives us, so that the reason is ours.
constexpr duration opening_limit = 55s;
constexpr duration counting_interval = 1s;
constexpr std::uintmax_t log_limit = std::uintmax_t{1} << 20U;  // then it is moved to patches.log.1

void append_line(const fs::path& file, const std::string& line) {
    std::error_code ignored;
    if (fs::file_size(file, ignored) > log_limit && !ignored) {
        fs::rename(file, file.string() + ".1", ignored);
    }
    std::ofstream(file, std::ios::app) << line << '\n';
}

/// Whole or not at all: a reader never sees half of it.
void replace(const fs::path& file, const std::string& text) {
    const fs::path fresh = file.string() + ".new";
    std::ofstream out(fresh);
    out << text << '\n';
    out.close();
    std::error_code ignored;
    if (out) {
        fs::rename(fresh, file, ignored);
    }
}

/// One call of `carry`.
class carrier {
public:
    carrier(real_runtime& rt, const store::state_folder& state, store::patch_files files,
            const model::converter_models& models, const carry_request& request)
        : rt_(rt),
          state_(state),
          files_(std::move(files)),
          models_(models),
          request_(request),
          host_(rt, [this](const log_line& line) { log(line); }) {}

    task<void> run(text_report& report) {
        auto opened = co_await open(report);
        if (!opened) {
            report.problems.push_back(problem_of(opened.error()));
            log({severity::error, {}, {}, printable(opened.error().reason)});
        }
        if (!report.problems.empty()) {
            co_return;
        }
        log({severity::info, {}, {}, fmt::format("carries {} patches", host_.patches().size())});
        write_counters();
        if (request_.carrying) {
            request_.carrying();
        }
        task_group all(rt_);
        all.spawn(host_.run());
        all.spawn(count());
        co_await all.join();
        write_counters();
        log({severity::info, {}, {}, "ends"});
        report.how = answer::done;
    }

private:
    task<result<void>> open(text_report& report) {
        auto lock = store::process_lock::take(files_.lock());
        if (!lock) {
            const bool busy = lock.error().code == errc::busy;
            co_return busy ? failure(errc::busy, "another process carries the patches of this activation")
                                 .at("activation " + request_.activation)
                           : lock.error();
        }
        lock_ = std::move(*lock);
        // After the lock: the way back writes that it has begun before it looks who holds the lock, so either it ends
        // us or we see here that it is too late.
        auto plan = co_await standing_plan();
        if (!plan) {
            co_return std::move(plan).error().at("activation " + request_.activation);
        }
        const auto lab = model::read_lab(fs::path(plan->lab_file), models_);
        report.problems = problems_of(lab.mistakes);
        if (!lab.value) {
            report.how = answer::bad_input;
            co_return result<void>();
        }
        const auto patches = plan::read_patches(*lab.value, plan->plan);
        if (!patches) {
            co_return patches.error();
        }
        const time_point deadline = rt_.now() + opening_limit;
        co_return co_await host_.open(*lab.value, *patches, deadline);
    }

    task<result<activation::summary>> standing_plan() {
        const auto journal = store::open_journal(rt_, state_.tables());
        if (!journal) {
            co_return journal.error();
        }
        auto records = co_await (*journal)->read(request_.activation);
        if (!records) {
            co_return std::move(records).error();
        }
        const auto now = activation::stand(*records);
        if (now.phase != activation::phase::activating && now.phase != activation::phase::ready) {
            co_return failure(errc::bad_input, fmt::format("it is {}: its patches are not wanted any more",
                                                           activation::name_of(now.phase)));
        }
        if (now.patches.empty()) {
            co_return failure(errc::bad_input, "it has no patches");
        }
        co_return co_await (*journal)->find(request_.activation);
    }

    task<void> count() {
        for (;;) {
            const auto slept = co_await sleep_for(rt_, counting_interval);
            if (!slept) {
                co_return;
            }
            write_counters();
        }
    }

    /// Left out while the disk is busy with the last ones: the next come in a second.
    void write_counters() {
        std::vector<activation::patch_report> all;
        for (const auto& one : host_.patches()) {
            all.push_back(activation::report_of(*one));
        }
        auto text = activation::to_json(all);
        if (text == written_ || writing_->exchange(true)) {
            return;
        }
        written_ = text;
        rt_.background([file = files_.counters(), text = std::move(text), writing = writing_] {
            replace(file, text);
            writing->store(false);
        });
    }

    void log(const log_line& line) {
        const auto when = fmt::gmtime(std::chrono::system_clock::to_time_t(rt_.wall_now()));
        rt_.background(
            [file = files_.log(), text = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {:<7} {}", when, name_of(line.level),
                                                     printable(line.text))] { append_line(file, text); });
    }

    real_runtime& rt_;
    const store::state_folder& state_;
    store::patch_files files_;
    const model::converter_models& models_;
    const carry_request& request_;
    std::unique_ptr<store::process_lock> lock_;
    activation::patch_host host_;
    std::string written_;
    std::shared_ptr<std::atomic<bool>> writing_ = std::make_shared<std::atomic<bool>>(false);
};

/// The whole tree in a group, so that a stop ends it from outside.
task<void> root(real_runtime& rt, carrier& all, const carry_request& request, text_report& report) {
    task_group group(rt);
    group.spawn(all.run(report));
    if (request.stop_on_signals) {
        rt.on_stop_signal([&group](int /*number*/) { group.cancel(); });
    }
    const std::stop_callback forward(request.stop,
                                     [&] { boost::asio::post(rt.executor(), [&group] { group.cancel(); }); });
    co_await group.join();
    if (request.stop_on_signals) {
        rt.on_stop_signal([](int /*number*/) {});
    }
}

patch_end_status status_of(const std::string& name, const patch::end_counts& counts, bool carried) {
    return {name,          carried && counts.connected, counts.bytes,
            counts.breaks, counts.breaks_lost,          counts.reconnects,
            counts.dropped};
}

std::vector<activation::patch_report> last_counters(const fs::path& file) {
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    auto read = activation::read_patch_reports(text);
    return read ? std::move(*read) : std::vector<activation::patch_report>();
}

}  // namespace

text_report carry(const store::state_folder& folder, const model::converter_models& models,
                  const carry_request& request) {
    text_report report;
    const auto own = folder.folder_of(request.activation);
    if (!own) {
        report.problems.push_back(problem_of(own.error()));
        return report;
    }
    real_runtime rt;
    carrier all(rt, folder, store::patch_files(*own), models, request);
    rt.run(root(rt, all, request, report));
    return report;
}

std::vector<patch_status> patches_of(const std::vector<std::string>& links, const fs::path& folder) {
    const store::patch_files files(folder);
    const bool carried = store::process_lock::holder(files.lock()).has_value();
    std::vector<patch_status> all;
    for (const auto& link : links) {
        all.push_back({link, carried, {}});
    }
    for (const auto& counted : last_counters(files.counters())) {
        const auto found = std::ranges::find(all, counted.link, &patch_status::link);
        if (found == all.end()) {
            continue;
        }
        for (std::size_t at = 0; at < counted.ends.size(); ++at) {
            found->ends.push_back(status_of(counted.ends.at(at), counted.counts.ends.at(at), carried));
        }
    }
    return all;
}

}  // namespace rollover::api
