import java.io.File;
import java.util.Set;
import java.util.TreeSet;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/**
 * Prints, a line each, what keeps ontologies out of OWL 2 DL: file, kind of violation, what is said of it,
 * with tabs between; after each file a line with the number of axioms read, so that silence is no success.
 */
public final class OwlProfile {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            // A manager for each file: what one declares must not help the next.
            OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
            // An import that cannot be read ends the run, as it should: we have none.
            OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(file));
            Set<String> lines = new TreeSet<String>();
            for (OWLProfileViolation violation : new OWL2DLProfile().checkOntology(ontology).getViolations()) {
                // What is wrong with a name and not with an axiom is only in the words of the violation.
                lines.add(violation.getClass().getSimpleName() + "\t" + flat(violation));
            }
            for (String line : lines) {
                System.out.println(file + "\t" + line);
            }
            System.out.println(file + "\taxioms\t" + ontology.getAxiomCount());
        }
    }

    private static String flat(Object said) {
        return String.valueOf(said).replaceAll("\\s+", " ").trim();
    }
}
