// What happens, as it happens: to whoever may hear of it.
#include "engine/service/as_json.h"
#include "engine/service/route_call.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

namespace rollover::service {

using nlohmann::json;

void news::tell(const activation::progress_event& step) {
    constexpr std::size_t most = 1000;
    std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
    for (const auto& one : listeners_) {
        if (const auto there = one.lock()) {
            if (there->steps.size() < most) {
                there->steps.push_back(step);
            }
            there->woken.notify();
        }
    }
}

void news::changed() {
    for (const auto& one : listeners_) {
        if (const auto there = one.lock()) {
            there->entries = true;
            there->woken.notify();
        }
    }
}

std::shared_ptr<news::listener> news::listen() {
    auto fresh = std::make_shared<listener>(rt_);
    listeners_.push_back(fresh);
    return fresh;
}

namespace {

std::string as_data(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// One who reads events, and what he may hear of.
class listening {
public:
    listening(const route_call& c, std::int64_t after)
        : desk_(c.desk),
          entry_(c.entry),
          seen_(c.seen),
          who_(c.who),
          after_(after),
          id_(query_of(c.request, "reservation")) {
        ears_ = c.what_happens.listen();
    }

    /// Until he goes, or may not listen any more.
    task<void> tell(event_stream& to);

private:
    static constexpr duration look_again = std::chrono::seconds(1);  // what other processes write wakes nobody here

    task<std::vector<server_event>> gather();
    task<void> find_his_activations();
    task<bool> is_welcome();

    front_desk& desk_;
    gate& entry_;
    shown seen_;
    caller who_;
    std::int64_t after_;
    std::string id_;
    time_point looked_{};
    std::shared_ptr<news::listener> ears_;
    std::set<std::string> his_;  // activations, for who may hear of his own only
};

/// Whether his token is still one, and his role the same.
task<bool> listening::is_welcome() {
    const auto door = co_await entry_.admit(seen_);
    if (!door.who) {
        co_return door.status != 401;  // the store may be gone for a minute
    }
    const bool is_the_same = door.who->name == who_.name && door.who->is == who_.is;
    co_return is_the_same;
}

task<void> listening::find_his_activations() {
    const auto found = co_await desk_.list(who_, "", true);
    for (const auto& one : found ? *found : std::vector<scheduler::reservation>()) {
        for (const auto& pod : one.pods) {
            his_.insert(pod.activation);
            for (const auto& part : pod.parts) {
                his_.insert(part.activation);
            }
        }
    }
}

/// Entries with their numbers as ids, so that a client who comes again misses none; steps of devices between them.
task<std::vector<server_event>> listening::gather() {
    std::vector<server_event> all;
    runtime& rt = desk_.all().rt;
    if (std::exchange(ears_->entries, false) || rt.now() - looked_ >= look_again) {
        const auto found = co_await desk_.entries(who_, after_, id_);
        looked_ = rt.now();
        ears_->entries = ears_->entries || (found && found->size() >= front_desk::most_entries);
        for (const auto& entry : found ? *found : std::vector<scheduler::entry>()) {
            after_ = entry.number;
            all.push_back({std::to_string(entry.number), "entry", as_data(as_json(entry, desk_.zone()))});
        }
    }
    const auto steps = std::exchange(ears_->steps, {});
    const bool hears_all = who_.may_all(access::action::see);
    const auto is_unknown = [&](const auto& step) { return !his_.contains(step.activation); };
    if (!hears_all && std::ranges::any_of(steps, is_unknown)) {
        co_await find_his_activations();
    }
    for (const auto& step : steps) {
        if (hears_all || his_.contains(step.activation)) {
            all.push_back({"", "step", as_data(as_json(step))});
        }
    }
    co_return all;
}

task<void> listening::tell(event_stream& to) {
    constexpr duration silence = std::chrono::seconds(10);
    runtime& rt = desk_.all().rt;
    time_point last = rt.now();
    time_point asked = rt.now();
    for (;;) {
        if (rt.now() - asked >= silence) {
            const bool welcome = co_await is_welcome();
            if (!welcome) {
                co_return;
            }
            asked = rt.now();
        }
        auto all = co_await gather();
        for (auto& one : all) {
            const auto sent = co_await to.send(std::move(one.id), std::move(one.event), std::move(one.data));
            if (!sent) {
                co_return;
            }
            last = rt.now();
        }
        if (rt.now() - last >= silence) {
            const auto alive = co_await to.comment();
            if (!alive) {
                co_return;
            }
            last = rt.now();
        }
        if (ears_->entries) {
            continue;
        }
        const auto why = co_await ears_->woken.wait(looked_ + look_again);
        if (why == wake::cancelled) {
            co_return;
        }
    }
}

}  // namespace

task<http_response> get_events(route_call c) {
    std::int64_t after = 0;
    const auto* last = c.request.headers.find("Last-Event-ID");
    const std::string text = last != nullptr ? *last : query_of(c.request, "after");
    std::from_chars(text.data(), text.data() + text.size(), after);
    http_response out;
    out.content_type = "text/event-stream";
    out.stream = [one = std::make_shared<listening>(c, after)](event_stream& to) { return one->tell(to); };
    co_return out;
}

}  // namespace rollover::service
