//! Every code that inferra can print. Codes are stable: a retired one is never given to another problem.

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Output is withheld.
    Error,
    /// Output is written; a person should look.
    Warning,
    /// Output is written; something was decided that the code does not say by itself.
    Note,
}

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $name:ident = $id:literal, $severity:ident; )+) => {
        /// A diagnostic's stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[doc = $doc])+ $name, )+ }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as printed, such as `E0203`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// How much the problem matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),+ }
            }

            /// The explanation page, in Markdown: `inferra explain CODE`.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("pages/", $id, ".md"))),+ }
            }
        }
    };
}

codes! {
    /// The project directory cannot be read.
    ProjectUnreadable = "E0101", Error;
    /// No directive in the whole project.
    NoAnnotation = "E0102", Error;
    /// A source file cannot be read.
    FileUnreadable = "E0103", Error;
    /// A source file is not UTF-8.
    FileNotUtf8 = "E0104", Error;
    /// A source file with a directive does not parse.
    SyntaxError = "E0105", Error;
    /// A test with a directive.
    TestNotRead = "N0106", Note;
    /// A directive's `{` has no `}`.
    UnclosedBody = "E0201", Error;
    /// The text after `@klotho::` is no directive.
    MalformedDirective = "E0202", Error;
    /// The body is no valid TOML.
    InvalidToml = "E0203", Error;
    /// No such capability.
    UnknownCapability = "E0301", Error;
    /// No such key in this capability.
    UnknownKey = "E0302", Error;
    /// A key's value has the wrong type.
    WrongType = "E0303", Error;
    /// A key that the capability needs is absent.
    MissingKey = "E0304", Error;
    /// A value outside the allowed ones.
    ValueNotAllowed = "E0305", Error;
    /// An id that cannot be a name.
    InvalidId = "E0306", Error;
    /// Two constructs of one capability share an id.
    DuplicateId = "E0307", Error;
    /// A directive stands above nothing.
    AttachedToNothing = "E0401", Error;
    /// A directive stands above code of the wrong shape.
    AttachedToWrongShape = "E0402", Error;
    /// Two directives of one capability speak of one object.
    AttachedTwice = "E0403", Error;
    /// The library that the annotated code calls is not known.
    ClientNotRecognised = "E0501", Error;
    /// An argument that the wiring cannot stand in for.
    ArgumentNotWirable = "E0502", Error;
    /// An event's name is not a literal.
    EventNameNotLiteral = "E0503", Error;
    /// A handler's file belongs to more than one unit.
    HandlerOwnedByManyUnits = "E0504", Error;
    /// The unit of a gateway is not clear.
    GatewayUnitUnclear = "E0505", Error;
    /// The application object cannot be reached by the entry point.
    ApplicationUnreachable = "E0506", Error;
    /// Nothing would invoke the unit.
    UnitWithoutTrigger = "E0507", Error;
    /// An event is published but nobody subscribes, or the reverse.
    EventWithoutCounterpart = "W0508", Warning;
    /// A path that is not known statically became a catch-all route.
    CatchAllRoute = "N0509", Note;
    /// A gateway without a single route.
    NoRoute = "E0510", Error;
    /// Files of two languages in one unit.
    MixedLanguages = "E0511", Error;
    /// A module of the project that cannot be found.
    UnresolvedImport = "W0512", Warning;
    /// A method whose meaning the target cannot keep.
    MethodNotCovered = "E0513", Error;
    /// A unit without a dependency manifest.
    ManifestMissing = "E0514", Error;
    /// A construct that no unit's code reaches.
    ConstructUnreachable = "E0515", Error;
    /// An emitter is handed on, so what happens to it there is not seen.
    EmitterEscapes = "W0516", Warning;
    /// Two gateways in one unit.
    ManyGatewaysInUnit = "E0517", Error;
    /// A file has a name that inferra needs.
    ReservedName = "E0518", Error;
    /// Two units of one gateway claim one path.
    PathClaimedTwice = "E0519", Error;
    /// A unit whose files only define things, so that nothing runs.
    NoEntryPoint = "E0520", Error;
    /// A port that a container listens on, and that the code does not say.
    PortUnknown = "E0521", Error;
    /// A name that `paths` of a `tsconfig.json` gives to files which are not there.
    AliasTargetMissing = "E0522", Error;
    /// A `tsconfig.json` that cannot be understood.
    TsconfigIllegible = "E0523", Error;
    /// A package of the workspace, or a module of one, that is not there.
    WorkspacePackageMissing = "E0524", Error;
    /// A way to find packages that a build does not use.
    PlugAndPlay = "N0525", Note;
    /// `packageManager` in a `package.json` names a tag or a range, or a hash that is none.
    PackageManagerVersion = "E0526", Error;
    /// Two frameworks would add the same route by themselves.
    FrameworkRouteYields = "N0530", Note;
    /// The settings module of a Django project is not known.
    DjangoSettingsNotFound = "E0541", Error;
    /// The URL configuration of a Django project is not known.
    DjangoUrlsNotFound = "E0542", Error;
    /// Settings that are fit for a developer's machine only.
    SettingsForLaptop = "W0543", Warning;
    /// Static files that nothing serves.
    StaticFilesNotServed = "W0544", Warning;
    /// A file asks a package that a unit keeps whole for what is not there when the unit runs.
    KeptPackageUnready = "E0554", Error;
    /// An object is used where the package that loads the file runs it apart from the unit.
    UsedApart = "E0555", Error;
    /// A hidden file that a package reads, and that no unit has.
    HiddenFileNotShipped = "W0556", Warning;
    /// A package that a unit keeps whole.
    KeptPackage = "N0555", Note;
    /// What a user's own environment variable is to hold is not known.
    VariableValueUnknown = "E0581", Error;
    /// Variables of one directive speak of two kinds of store.
    VariablesOfManyKinds = "E0582", Error;
    /// A name that no environment variable of the application can have.
    VariableNameNotAllowed = "E0583", Error;
    /// One variable is to hold two things.
    VariableNamedTwice = "E0584", Error;
    /// A database that the backing cannot stand in for.
    DatabaseNotCovered = "E0585", Error;
    /// The code connects by itself, to a server that wants TLS.
    TlsExpected = "N0586", Note;
    /// What only `SQLite` has.
    SqliteOnly = "W0587", Warning;
    /// An expression that says no times.
    ScheduleInvalid = "E0536", Error;
    /// A function that cannot be run by itself.
    JobNotCallable = "E0537", Error;
    /// Two answers to the question when.
    ScheduleAmbiguous = "E0538", Error;
    /// A signal is taken by its name where its directive is not.
    SignalNamedElsewhere = "E0545", Error;
    /// The sender of a signal cannot cross processes.
    SenderNotText = "E0546", Error;
    /// A change that the store would not see.
    ChangeNotKept = "E0533", Error;
    /// A store that is made anew in every call.
    NotAtModuleLevel = "E0534", Error;
    /// A unit is granted more than its code shows that it needs.
    GrantWiderThanUse = "N0535", Note;
    /// A class of the project changes what publishing or subscribing does.
    EmitterChanged = "E0566", Error;
    /// What a client is made from is not there, or nothing that makes it.
    SchemaMissing = "E0563", Error;
    /// A client that needs machine code which a unit does not have.
    ClientNotBundled = "E0564", Error;
    /// Nothing that is deployed makes the tables of a database.
    TablesNotMade = "N0565", Note;
    /// Which version of a package is installed cannot be told.
    VersionUnknown = "W0568", Warning;
    /// A file that might be a part of a schema is none.
    SchemaPartUnused = "N0569", Note;
    /// A signal would be called with arguments that have no names.
    ArgumentsWithoutNames = "E0567", Error;
    /// A glob that cannot be read, or that leaves the project.
    InvalidGlob = "E0571", Error;
    /// A glob that matches no file.
    NothingMatches = "W0572", Warning;
    /// A web site without a file.
    SiteEmpty = "E0573", Error;
    /// The index document is no file of its site.
    IndexDocumentMissing = "E0574", Error;
    /// A secret that is written, or stands for several values.
    SecretMisused = "E0591", Error;
    /// A name that stands for a store is given back to its library.
    NameGivenBack = "E0592", Error;
    /// A file of the project is looked for in a store.
    FileNotInStore = "W0593", Warning;
    /// An answer of a stored `Map` that is not waited for.
    NotAwaited = "E0594", Error;
    /// A stored `Map` that is handed to code that is not looked at.
    OutOfSight = "E0595", Error;
    /// The configuration file is no valid TOML.
    ConfigInvalidToml = "E0601", Error;
    /// No such setting.
    ConfigUnknownKey = "E0602", Error;
    /// A setting of the wrong type.
    ConfigWrongType = "E0603", Error;
    /// A setting outside its bounds.
    ConfigOutOfBounds = "E0604", Error;
    /// A unit or construct in the configuration that the application does not have.
    ConfigUnknownId = "E0605", Error;
    /// A setting that a platform team locked has another value.
    SettingLocked = "E0606", Error;
    /// A setting is outside the bounds that a platform team drew.
    SettingOutsideRule = "E0607", Error;
    /// A platform team forbids what a setting chooses, or requires something else.
    SettingForbidden = "E0608", Error;
    /// A tag that a platform team requires is not set.
    TagRequired = "E0609", Error;
    /// No file of settings has the environment.
    EnvironmentUnknown = "E0611", Error;
    /// A file of settings extends itself.
    ExtendsCycle = "E0612", Error;
    /// A file of settings cannot be read.
    SettingsUnreadable = "E0613", Error;
    /// A platform team's rule has no meaning.
    RuleMalformed = "E0614", Error;
    /// A file of a company's own libraries does not fit.
    ClientsIllegible = "E0615", Error;
    /// A setting of one id that decides nothing.
    SettingIdle = "N0622", Note;
    /// A client of one Redis server, and a server that has keys in slots.
    KeysInSlots = "N0625", Note;
    /// Something outside the model is said of a resource that is not planned.
    ExtraUnknownAddress = "E0631", Error;
    /// Something outside the model would break what the plan promises.
    ExtraBreaksPlan = "E0632", Error;
    /// A reference outside the model that is more than names.
    ExtraReference = "E0633", Error;
    /// Something outside the model replaces what inferra sets.
    ExtraReplaces = "N0634", Note;
    /// Where the state lives is not wholly said.
    StateIncomplete = "E0635", Error;
    /// Terraform does not accept what is set outside the model.
    ExtraRefused = "E0636", Error;
    /// Terraform was to be asked, and could not.
    TerraformNotAsked = "E0637", Error;
    /// What is to be adopted is not of the kind that its setting is for.
    ExistingMalformed = "E0641", Error;
    /// One thing is to be adopted for every id.
    ExistingOfAll = "E0642", Error;
    /// Something else has to be said of what is adopted.
    ExistingIncomplete = "E0643", Error;
    /// A setting of making something that is there already.
    ExistingSettingUnused = "E0644", Error;
    /// A platform team's rule is about making something that is there already.
    ExistingOutsideRule = "W0645", Warning;
    /// One thing is adopted for two ids.
    ExistingTwice = "E0646", Error;
    /// Units are the master user of a database server that is adopted.
    ExistingMasterUser = "W0647", Warning;
    /// Several environments keep their state in one place.
    StateShared = "E0651", Error;
    /// Nothing says where several environments of one root keep their state.
    StateUnsaid = "W0652", Warning;
    /// Environments have roots of their own.
    RootsApart = "N0653", Note;
    /// A path that the gateway cannot serve.
    RouteNotServable = "E0701", Error;
    /// A unit inside a private network has no way to the internet.
    NoInternetEgress = "N0702", Note;
    /// Two names become one in the cloud.
    NameCollision = "E0703", Error;
    /// What a construct needs, its target does not have.
    TargetCannotRun = "E0704", Error;
    /// The private network has too few addresses.
    NetworkTooSmall = "E0705", Error;
    /// A backing cannot serve a unit where that runs.
    BackingNotServed = "E0706", Error;
    /// Routes of different units that a gateway cannot tell apart.
    RoutesNotTold = "E0707", Error;
    /// A load balancer that is to speak TLS and has no certificate, or no name.
    BalancerWithoutTls = "E0708", Error;
    /// A gateway without TLS.
    PlainHttp = "W0709", Warning;
    /// A list of dependencies that cannot be understood.
    DependenciesIllegible = "E0801", Error;
    /// A dependency that cannot be installed elsewhere.
    DependencyNotInstallable = "E0802", Error;
    /// A lock file that does not fit its manifest.
    LockOutOfDate = "E0803", Error;
    /// A project that does not want the Python that it is to run on.
    PythonNotAccepted = "E0804", Error;
    /// The shim and the application need different versions of one package.
    RequirementConflict = "E0805", Error;
    /// A lock file that decides nothing.
    LockNotUsed = "W0806", Warning;
    /// The output directory was not made by inferra.
    OutputNotOurs = "E0901", Error;
    /// The output cannot be written.
    OutputUnwritable = "E0902", Error;
}
