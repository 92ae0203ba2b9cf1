"""Leads a search of a sweep with Optuna: proposes values, says which trials to prune, hears what became of them.

One line of JSON for each request on stdin, one for each answer on stdout. What the libraries print goes to stderr. The
process ends with its stdin.
"""

import json
import os
import signal
import sys
import warnings

# Ctrl-C reaches every process of a terminal; the sweep ends this one when its trials are saved.
signal.signal(signal.SIGINT, signal.SIG_IGN)

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def answer(content):
    answers.write(json.dumps(content) + "\n")
    answers.flush()


try:
    import optuna
    import numpy as np
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock, JournalFileSymlinkLock
    from optuna.trial import Trial, TrialState, create_trial
except ImportError as error:
    answer({"id": None, "missing": str(error)})
    sys.exit(0)

optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)


def distribution(dimension):
    if dimension["kind"] == "choice":
        return CategoricalDistribution(dimension["choices"])
    if dimension["kind"] == "integer":
        return IntDistribution(dimension["low"], dimension["high"])
    return FloatDistribution(dimension["low"], dimension["high"], log=dimension["kind"] == "log-uniform")


def open_journal(path):
    # Links are made at once on every file system of a cluster; on Windows, users may not make them.
    lock = JournalFileOpenLock if os.name == "nt" else JournalFileSymlinkLock
    return optuna.storages.JournalStorage(JournalFileBackend(path, lock_obj=lock(path)))


class Study:
    """A study of a journal. A trial is known by its task: the number of the proposal."""

    def __init__(self, journal, study, pruner, seed, space):
        self.seed = seed
        self.space = {one["name"]: distribution(one) for one in space}
        self.study = optuna.create_study(
            storage=open_journal(journal),
            study_name=study,
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.NopPruner()
            if pruner is None
            else optuna.pruners.SuccessiveHalvingPruner(
                min_resource=pruner["first"], reduction_factor=pruner["factor"]
            ),
        )

    def trials(self):
        """Returns the trials by their tasks; the latest of a task that was tried again."""
        trials = self.study.get_trials(deepcopy=False)
        return {trial.user_attrs["task"]: trial for trial in trials if "task" in trial.user_attrs}

    def states(self):
        return {str(task): trial.state.name for task, trial in self.trials().items()}

    def ask(self, task, values=None):
        """Returns the values of a proposal: those of the study, else the given ones, else new ones."""
        trial = self.trials().get(task)
        if trial is None and values is not None:
            self.add(task, values, state=TrialState.RUNNING)
        elif trial is None:
            # A generator for each proposal: what it draws does not depend on the process that asks, nor on earlier ones.
            generator = np.random.SeedSequence([self.seed, task]).generate_state(1)
            self.study.sampler = optuna.samplers.TPESampler(seed=int(generator[0]), constant_liar=True)
            self.study.ask().set_user_attr("task", task)
        elif trial.state.is_finished():
            return {"values": self.values(trial.params)}
        running = Trial(self.study, self.trials()[task]._trial_id)
        return {"values": self.values({name: self.suggest(running, name) for name in self.space})}

    def suggest(self, trial, name):
        one = self.space[name]
        if isinstance(one, CategoricalDistribution):
            return trial.suggest_categorical(name, one.choices)
        if isinstance(one, IntDistribution):
            return trial.suggest_int(name, one.low, one.high)
        return trial.suggest_float(name, one.low, one.high, log=one.log)

    def report(self, task, step, value):
        """Tells the accuracy after some steps. Returns whether to prune: the same when it is asked again."""
        frozen = self.trials()[task]
        if frozen.state.is_finished():
            return {"prune": False}
        trial = Trial(self.study, frozen._trial_id)
        if "pruned at" not in frozen.user_attrs:
            # A trial counts with its best accuracy.
            if step not in frozen.intermediate_values:
                trial.report(max([value, *frozen.intermediate_values.values()]), step)
            if not trial.should_prune():
                return {"prune": False}
            trial.set_user_attr("pruned at", step)
            return {"prune": True}
        return {"prune": step >= frozen.user_attrs["pruned at"]}

    def tell(self, task, values, state, value=None, step=None, notes=None):
        """Tells what became of a trial; one that the study does not have, or has as failed, is added."""
        state = TrialState[state]
        known = self.trials().get(task)
        if known is not None and known.state == TrialState.RUNNING:
            trial = Trial(self.study, known._trial_id)
            if step is not None and step not in known.intermediate_values:
                trial.report(value, step)
            for key, note in (notes or {}).items():
                trial.set_user_attr(key, note)
            self.study.tell(known.number, values=value if state == TrialState.COMPLETE else None, state=state)
        elif known is None or known.state != state:
            self.add(task, values, state=state, value=value, step=step, notes=notes)
        return {}

    def add(self, task, values, state, value=None, step=None, notes=None):
        params = {
            name: one.choices[value_] if isinstance(one, CategoricalDistribution) else value_
            for (name, one), value_ in zip(self.space.items(), values)
        }
        trial = create_trial(
            state=state,
            value=value if state == TrialState.COMPLETE else None,
            params=params,
            distributions=self.space,
            user_attrs={"task": task, **(notes or {})},
            intermediate_values={} if step is None else {step: value},
        )
        self.study.add_trial(trial)

    def values(self, params):
        return [
            one.choices.index(params[name]) if isinstance(one, CategoricalDistribution) else params[name]
            for name, one in self.space.items()
        ]


def serve():
    study = None
    for line in sys.stdin:
        request = json.loads(line)
        number, what = request.pop("id"), request.pop("do")
        try:
            if what == "open":
                study = Study(**request)
                result = {"optuna": optuna.__version__, "states": study.states()}
            else:
                result = {"ask": study.ask, "report": study.report, "tell": study.tell}[what](**request)
        except Exception as error:
            answer({"id": number, "error": f"{type(error).__name__}: {error}"})
        else:
            answer({"id": number, "result": result})


serve()
