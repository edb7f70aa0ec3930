// One call of the public header: its own runtime, and the state folder with its journal.
#pragma once

#include "engine/activation/environment.h"
#include "engine/activation/memory_journal.h"
#include "engine/api/engine.h"
#include "engine/api/patch_process.h"
#include "engine/base/text.h"
#include "engine/runtime/real_runtime.h"
#include "engine/store/opened_state.h"
#include "engine/store/state_folder.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <optional>

namespace rollover::api {

/// One call on the real runtime: the root coroutine gets the journal.
class call {
public:
    explicit call(const call_options& how, const engine_options* options = nullptr)
        : how_(how), options_(options), wheel_(rt_) {
        if (how_.stop_on_signals) {
            rt_.on_stop_signal([this](int /*number*/) {
                stop_.request();
                if (how_.stopping) {
                    how_.stopping(stop_.requests());
                }
            });
        }
    }

    /// Opens the state folder, made where it is missing, and its journal; before anything else.
    result<void> open(const engine_options& options) {
        auto folder = store::state_folder::open(options.state, options.store);
        if (!folder) {
            return folder.error();
        }
        folder_.emplace(std::move(*folder));
        auto opened = store::open_state(rt_, *folder_);
        if (!opened) {
            return opened.error();
        }
        calendar_ = std::move(opened->calendar);
        journal_ = std::move(opened->journal);
        lines_ = std::move(opened->lines);
        return {};
    }

    real_runtime& rt() { return rt_; }
    store::state_folder& folder() { return *folder_; }
    activation::journal& journal() { return *journal_; }
    scheduler::calendar& calendar() { return *calendar_; }
    activation::line_book& lines() { return *lines_; }
    activation::stop_switch& stop() { return stop_; }

    activation::environment environment(const platform::library& platforms, const std::string& id) {
        activation::environment env(rt_, wheel_, platforms, *journal_);
        env.lines = lines_.get();
        env.gates = &gates_;
        if (how_.deadline > duration::zero()) {
            env.limits.whole = how_.deadline;
        }
        if (how_.device_deadline > duration::zero()) {
            env.limits.device = how_.device_deadline;
        }
        const auto own = folder_->folder_of(id);
        if (own) {
            env.folder = *own;
        } else if (how_.log) {  // configurations and transcripts are of use, but no reason to fail
            how_.log(describe(own.error()));
        }
        if (own && options_ != nullptr) {
            const std::filesystem::path program =
                options_->program.empty() ? std::filesystem::path("rollover") : options_->program;
            patches_.emplace(
                rt_, patch_process_options{program, folder_->path(), *own, options_->converters, options_->store});
            env.patches = &*patches_;
        }
        if (how_.tell) {
            env.tell = [this](const activation::progress_event& e) {
                how_.tell({e.activation, e.device, std::string(activation::name_of(e.stage)), e.typed, e.total,
                           e.characters, e.text});
            };
        }
        if (how_.log) {
            env.log = [this](const log_line& line) {
                how_.log(fmt::format("{:<7} {} {} {}", name_of(line.level), line.activation, line.device,
                                     printable(line.text)));
            };
        }
        return env;
    }

    /// For visits that belong to no activation: nothing is written down but by the caller.
    activation::environment environment_without_activation(const platform::library& platforms) {
        activation::environment env(rt_, wheel_, platforms, no_journal_);
        env.gates = &gates_;
        return env;
    }

    /// Runs to the end; a request of the caller's stop token, from whatever thread, reaches the stop switch.
    void run(task<void> root) {
        const std::stop_callback forward(how_.stop,
                                         [this] { boost::asio::post(rt_.executor(), [this] { stop_.request(); }); });
        rt_.run(std::move(root));
    }

private:
    const call_options& how_;
    const engine_options* options_;
    real_runtime rt_;
    console::pacing_wheel wheel_;
    activation::stop_switch stop_;
    activation::opening_gates gates_;
    std::optional<store::state_folder> folder_;
    activation::memory_journal no_journal_{rt_};
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<scheduler::calendar> calendar_;
    std::unique_ptr<activation::line_book> lines_;
    std::optional<patch_process> patches_;
};

}  // namespace rollover::api
