//! inferra infers the infrastructure that an application needs from the application's own code and a few comments, plans
//! the cloud resources for a target, and writes Terraform together with the shim that connects the unchanged application
//! to them.
//!
//! # The pipeline
//!
//! ```text
//! source      Project        every file, read once
//! syntax      Parsed, Graph  trees of the files that carry a directive; the imports of the files that they reach
//! annotation  Annotation     a directive, checked against its schema and attached to the code below it
//! analyze     Application    units, gateways, stores, topics, accesses: knows no cloud
//! config      Settings       each value with the file and line that set it
//! plan        Plan           resources, bindings, provenance: knows no syntax
//! emit        path -> bytes  Terraform, units, chart, patch, plan.json, picture
//! cli         the output     the only stage that touches it
//! ```
//!
//! [`compile::compile`] is that list as code. Each stage is one function from value to value plus a mutable
//! [`diag::Diagnostics`]: none prints, reads the environment, or stops at the first problem. Where there is an error at
//! the end, nothing is emitted.
//!
//! # Where to find what
//!
//! | to change | look at |
//! |---|---|
//! | a library that is known | `annotations/clients/<language>.toml`, no Rust |
//! | a directive's keys or documentation | `annotations/<capability>.toml` |
//! | a shape of code that a directive may stand above | `queries/<language>/<capability>.scm` |
//! | what a framework says by names in its settings | `annotations/frameworks/`, and `analyze::django`, `analyze::expose::nest` |
//! | which versions are installed | [`dependencies`](self), from manifests and lock files; `emit::units::requirements` writes them |
//! | what a capability means | one file of [`analyze`](self), [`app`] for its data |
//! | what a construct becomes | [`plan`], one folder per cloud, in it one per thing that runs units |
//! | a resource's Terraform | [`resource`](self), one file per resource |
//! | how code is connected | `emit::units`, and the shims in `shims/` |
//! | what environments of one compile share | `emit::environments`, over `terraform::unify` |
//! | what Kubernetes is told | `emit::chart`, whose templates are the same for every application |
//! | a message | the stage that pushes it, and its page in `src/diag/pages/` |
//!
//! # Layers
//!
//! A module imports from lower layers only; `tests/rust/layers.rs` holds every `use crate::` line against this table.
//!
//! ```text
//! 0 source    1 diag      2 app dependencies terraform    3 catalog resource    4 syntax config    5 annotation
//! 6 analyze plan    7 emit build    8 compile validate    9 cli
//! ```
//!
//! Beyond the numbers: `plan`, `resource`, `terraform` and `emit` know nothing of `syntax`, `annotation` and `analyze`, and
//! `resource` and `terraform` nothing of `app`, so that either half can be tested alone.
//!
//! # Where this differs from the design that it started from
//!
//! * `diag` stands above `source` and `app` below `catalog`: a diagnostic points at a file, and the data about libraries
//!   speaks of kinds and wirings.
//! * Imports are read by a small lexer in both places that need them, edges and names: one implementation cannot disagree
//!   with itself, and most files never need a tree.
//! * A client in JavaScript is connected by an expression that looks for a global which the entry point sets, not by an import:
//!   an import cannot stand inside an expression in every module system, and without the entry point the expression is the
//!   client itself. The one exception is an annotated import, which takes a module that the unit is given (`emit::units::stand_in`).
//! * What is made of an annotated object is followed where that is what its meaning is: routers and lists of routes, paths and
//!   open files, the items of a dict. What goes out of sight is taken to be used in every way, with a note.
//! * A library is known by more than what is called: by an import, a literal, an item or the name that a value is given. A
//!   directive's statement may hold it anywhere, so `return`, `with` and arguments do not hide it.
//! * The versions that a Python unit installs are decided when it is compiled, by its lock file where there is one: `inferra
//!   build` and the Dockerfile install the same list.
//! * A target is no planner of its own. It says what runs the units of which no setting says otherwise; one planner per
//!   cloud then plans unit by unit. Units of one application can so run in different places, and what does not depend on the
//!   place (stores, topics, roles, the address of a gateway) is the same resource after a move.
//! * The chart's templates are files, written by hand and equal for every application; what is generated is its values, so
//!   that nothing of the user's is ever a template. They reach the cluster over one output of the Terraform module.
//! * A unit in JavaScript is one bundle, but for a package that serves what a build of the project makes: such a unit keeps the
//!   package, what the project depends on and all of its files, and the build runs on the unit's copy of them (`build::node`).
//!   Its pages are a part of the unit: the files that the package finds by where they lie are in the graph of imports.
//! * Several environments of one compile are compared after they were planned and written, not before: that two share a module
//!   is a fact about the Terraform that each of them has, whatever the settings say, and what no code knows of cannot be
//!   forgotten. [`emit::environments`] puts variables into the place of what differs; with an environment's values in their
//!   place again, the module is that of a compile for it alone, which a test holds it to.
//! * Function zips are found through a Terraform variable, `build_directory`: `terraform validate` then works before the
//!   zips exist.

#![warn(missing_docs)]

mod analyze;
pub mod annotation;
pub mod app;
pub mod build;
pub mod catalog;
pub mod cli;
pub mod compile;
pub mod config;
mod dependencies;
pub mod diag;
pub mod emit;
pub mod plan;
pub mod resource;
pub mod source;
mod syntax;
pub mod terraform;
pub mod validate;
