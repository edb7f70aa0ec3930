#include "engine/api/users.h"

#include "engine/api/reports.h"
#include "engine/runtime/real_runtime.h"
#include "engine/store/state_folder.h"
#include "engine/store/stored_users.h"

namespace rollover::api {

namespace {

/// The store of the state folder, and who changes it.
class users_call {
public:
    explicit users_call(const engine_options& options) : by_(options.owner.empty() ? "somebody" : options.owner) {
        auto folder = store::state_folder::open(options.state, options.store);
        auto opened =
            folder ? store::open_users(rt_, folder->tables()) : result<std::unique_ptr<access::users>>(folder.error());
        if (opened) {
            users_ = std::move(*opened);
        } else {
            fail(opened.error());
        }
    }

    template <class Value>
    std::optional<Value> wait(task<result<Value>> work) {
        result<Value> out = failure();
        rt_.run(keep(std::move(work), out));
        if (!out) {
            fail(out.error());
            return std::nullopt;
        }
        report.how = answer::done;
        return std::move(*out);
    }
    bool wait(task<result<void>> work) {
        result<void> out = failure();
        rt_.run(keep(std::move(work), out));
        if (!out) {
            fail(out.error());
        } else {
            report.how = answer::done;
        }
        return out.has_value();
    }

    [[nodiscard]] access::users* users() { return users_.get(); }
    [[nodiscard]] const std::string& by() const { return by_; }

    users_report report;

private:
    template <class Result>
    static task<void> keep(task<Result> work, Result& into) {
        into = co_await std::move(work);
    }
    void fail(const failure& why) {
        report.how = answer_of(why.code);
        report.problems.push_back(problem_of(why));
    }

    std::string by_;
    real_runtime rt_;
    std::unique_ptr<access::users> users_;
};

}  // namespace

users_report add_user(const engine_options& options, const std::string& name, access::role is) {
    users_call call(options);
    if (auto* users = call.users()) {
        call.wait(users->add(name, is, call.by()));
    }
    return std::move(call.report);
}

users_report remove_user(const engine_options& options, const std::string& name) {
    users_call call(options);
    auto* users = call.users();
    if (users != nullptr && call.wait(users->remove(name, call.by()))) {
        if (auto left = call.wait(users->list())) {
            call.report.users = std::move(*left);
        }
    }
    return std::move(call.report);
}

users_report list_users(const engine_options& options) {
    users_call call(options);
    if (auto* users = call.users()) {
        if (auto all = call.wait(users->list())) {
            call.report.users = std::move(*all);
        }
    }
    return std::move(call.report);
}

users_report issue_token(const engine_options& options, const std::string& name,
                         std::optional<std::chrono::seconds> lives) {
    users_call call(options);
    if (auto* users = call.users()) {
        call.report.issued = call.wait(users->issue(name, lives, call.by()));
    }
    return std::move(call.report);
}

users_report revoke_token(const engine_options& options, const std::string& id) {
    users_call call(options);
    if (auto* users = call.users()) {
        call.wait(users->revoke(id, call.by()));
    }
    return std::move(call.report);
}

}  // namespace rollover::api
